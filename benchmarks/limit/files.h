// What the loop reads and writes: the engine's own inputs, and arrays of results, one file each.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

using std::string;
using std::vector;

[[noreturn]] static void fail(const string &what) {
    std::cerr << what << std::endl;
    std::exit(2);
}

class Inputs {  // numbers in the file `numbers`, each array in a file under its own name
    string folder;
    std::map<string, double> numbers;

public:
    explicit Inputs(const string &given) : folder(given + "/") {
        std::ifstream file(folder + "numbers");
        string name;
        double number;
        while (file >> name >> number) numbers[name] = number;
    }
    double number(const string &name) const {
        auto found = numbers.find(name);
        if (found == numbers.end()) fail("no input " + name);
        return found->second;
    }
    bool has(const string &name) const { return numbers.count(name) || std::ifstream(folder + name); }
    vector<double> array(const string &name) const {
        std::ifstream file(folder + name, std::ios::binary | std::ios::ate);
        if (!file) fail("no input " + name);
        vector<double> values(file.tellg() / sizeof(double));
        file.seekg(0).read((char *)values.data(), values.size() * sizeof(double));
        return values;
    }
    vector<int> whole(const string &name) const {
        const vector<double> values = array(name);
        return vector<int>(values.begin(), values.end());
    }
};

template <typename number> static void write(const string &file, const vector<number> &values) {
    std::ofstream out(file, std::ios::binary);
    out.write((const char *)values.data(), values.size() * sizeof(number));
    if (!out) fail("could not write " + file);
}

struct Random {  // xoshiro256+ (Blackman & Vigna 2018), normal numbers by Marsaglia's polar method
    uint64_t s[4];
    double kept = 0;
    bool has_kept = false;
    explicit Random(uint64_t seed) {
        for (auto &word : s) {
            uint64_t z = (seed += 0x9e3779b97f4a7c15ULL);
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
            word = z ^ (z >> 31);
        }
    }
    double uniform() {
        const uint64_t result = s[0] + s[3], t = s[1] << 17;
        s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t;
        s[3] = (s[3] << 45) | (s[3] >> 19);
        return (result >> 11) * (1.0 / 9007199254740992.0);
    }
    double normal() {
        if (has_kept) { has_kept = false; return kept; }
        double a, b, r;
        do { a = 2 * uniform() - 1; b = 2 * uniform() - 1; r = a * a + b * b; } while (r >= 1 || r == 0);
        const double f = std::sqrt(-2 * std::log(r) / r);
        kept = a * f; has_kept = true;
        return b * f;
    }
};
