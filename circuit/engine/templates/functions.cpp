{# Functions that the loops call: in single precision short enough to stand inside a loop, in double those of the C
   library; and random numbers, drawn by the thousand. #}
{% macro cpp_file() %}
#include "functions.h"
#include<cstdlib>
#include<new>

namespace corticostriatal {

// xoshiro256++ (Blackman & Vigna 2021, doi:10.1145/3460772), eight streams side by side.
typedef uint64_t Lanes __attribute__((vector_size(64)));
const int LANES = 8;
static Lanes state[4];

static inline Lanes rotated(Lanes x, int by) { return (x << by) | (x >> (64 - by)); }

static inline Lanes next()
{
    const Lanes given = rotated(state[0] + state[3], 23) + state[0];
    const Lanes shifted = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotated(state[3], 45);
    return given;
}

void seed(uint64_t number_of_run)
{
    uint64_t at = number_of_run;  // SplitMix64 spreads one number over all streams
    for (int word=0; word<4; word++)
        for (int lane=0; lane<LANES; lane++)
        {
            uint64_t mixed = (at += 0x9e3779b97f4a7c15);
            mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
            state[word][lane] = mixed ^ (mixed >> 31);
        }
}
static const bool seeded = (seed(0), true);  // a state of zeros would give one number for ever

// Between 0 and 1, never one of them.
static void fill_uniforms(number *values, size_t count)
{
    {% if precision == "single" %}
    for (size_t k=0; k<count; k+=2*LANES)
    {
        const Lanes bits = next();
        uint32_t halves[2*LANES];
        std::memcpy(halves, &bits, sizeof(bits));
        for (int lane=0; lane<2*LANES; lane++)
            values[k + lane] = (number)(int32_t)(halves[lane] >> 8)*(1/16777216.0f) + 1/33554432.0f;
    }
    {% else %}
    for (size_t k=0; k<count; k+=LANES)
    {
        const Lanes bits = next();
        for (int lane=0; lane<LANES; lane++)
            values[k + lane] = (number)(int64_t)(bits[lane] >> 11)*(1/9007199254740992.0) + 1/18014398509481984.0;
    }
    {% endif %}
}

// Box & Muller 1958, doi:10.1214/aoms/1177706645. A loop with either sine or cosine can be vectorised, one with both not.
static void fill_normals(number *values, size_t count)
{
    static std::vector<number> angles;
    const size_t half = count/2;
    angles.resize(half);
    fill_uniforms(values, count);
    for (size_t k=0; k<half; k++)
    {
        angles[k] = (number)6.283185307179586*values[half + k];
        values[k] = std::sqrt(-2*logarithm(values[k]));
    }
    for (size_t k=0; k<half; k++)
        values[half + k] = values[k]*std::sin(angles[k]);
    for (size_t k=0; k<half; k++)
        values[k] *= std::cos(angles[k]);
}

Drawn uniforms(fill_uniforms), normals(fill_normals);

{% for name in alike|default([]) %}
Alike {{name}};
{% endfor %}
{% for name in aside|default([]) %}
Aside aside_{{name}};
{% endfor %}
{% for name, number in spans|default([]) %}
std::vector<char> asked_{{name}}({{number}});
{% endfor %}

}

// Arrays begin where a line of memory does: a vector that lies across two lines takes twice as long to read.
void* operator new[](size_t bytes)
{
    void *place = NULL;
    if (posix_memalign(&place, 64, bytes ? bytes : 1)) throw std::bad_alloc();
    return place;
}
void operator delete[](void *place) noexcept { std::free(place); }
{% endmacro %}

{% macro h_file() %}
#ifndef _CORTICOSTRIATAL_FUNCTIONS_H
#define _CORTICOSTRIATAL_FUNCTIONS_H

#include<algorithm>
#include<cmath>
#include<cstdint>
#include<cstring>
#include<vector>

namespace corticostriatal {

typedef {{ "float" if precision == "single" else "double" }} number;

#ifdef __FMA__
inline float fused(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
#else
inline float fused(float a, float b, float c) { return a*b + c; }
#endif

// 2^n exp(r) with |r| <= ln(2)/2; the constant ln(2) in two parts. Largest relative error 2e-7, as tests show.
inline float exponential(float x)
{
    x = x < -87.0f ? -87.0f : x > 88.0f ? 88.0f : x;
    const float n = __builtin_rintf(x*1.44269504f);
    const float r = fused(n, -1.42860677e-6f, fused(n, -0.693145751953125f, x));
    float sum = fused(r, 1.388888889e-3f, 8.333333333e-3f);
    sum = fused(sum, r, 4.166666667e-2f);
    sum = fused(sum, r, 1.666666667e-1f);
    sum = fused(sum, r, 0.5f);
    sum = fused(sum, r, 1.0f);
    sum = fused(sum, r, 1.0f);
    const int32_t bits = ((int32_t)n + 127) << 23;
    float power;
    std::memcpy(&power, &bits, sizeof(power));
    return sum*power;
}
inline double exponential(double x) { return std::exp(x); }

// x = 2^n m with m near 1; log(m) by the series of 2 artanh((m - 1)/(m + 1)). For positive numbers that are not denormal.
inline float logarithm(float x)
{
    int32_t bits;
    std::memcpy(&bits, &x, sizeof(bits));
    const int32_t n = (bits - 0x3f3504f3) >> 23;
    bits -= n << 23;
    float m;
    std::memcpy(&m, &bits, sizeof(m));
    const float s = (m - 1.0f)/(m + 1.0f);
    const float q = s*s;
    const float sum = fused(fused(fused(q, 0.2222222222f, 0.2857142857f), q, 0.4f), q, 0.6666666667f);
    return fused((float)n, 0.693147180559945f, fused(sum*q, s, 2.0f*s));
}
inline double logarithm(double x) { return std::log(x); }

template <typename T>
inline T clipped(const T value, const T least, const T most)
{
    return value < least ? least : value > most ? most : value;
}
template <typename T, typename L, typename M>
inline T clipped(const T value, const L least, const M most) { return clipped(value, (T)least, (T)most); }

template <typename T>
inline T power(const T base, const int exponent)
{
    return exponent == 2 ? base*base : exponent == 3 ? base*base*base : exponent == 4 ? (base*base)*(base*base)
                         : (T)std::pow(base, exponent);
}
inline float power(const float base, const float exponent) { return std::pow(base, exponent); }
inline double power(const double base, const double exponent) { return std::pow(base, exponent); }
inline double power(const double base, const float exponent) { return std::pow(base, (double)exponent); }
inline double power(const float base, const double exponent) { return std::pow((double)base, exponent); }

// Random numbers, made many at a time and handed out in order.
class Drawn
{
    std::vector<number> values;
    size_t next;
    void (*fill)(number*, size_t);

public:
    explicit Drawn(void (*filled_by)(number*, size_t)) : values(4096), next(4096), fill(filled_by) {}

    // Places of `count` numbers in a row, until the next call.
    const number* take(size_t count)
    {
        if (next + count > values.size())
        {
            if (count > values.size())
                values.resize((count + 63)/64*64);
            fill(values.data(), values.size());
            next = 0;
        }
        const number *first = &values[next];
        next += count;
        return first;
    }
};

// What decays alike in all cells: each cell's number times `factor`. When that has become small, or large, the cells' take
// it in.
struct Alike
{
    double factor, inverse;

    Alike() : factor(1), inverse(1) {}

    template <typename T>
    void decay(double by, T *values, int count)
    {
        factor *= by;
        if (factor > 1e-6 && factor < 1e6)
            inverse = 1/factor;
        else
            settle(values, count);
    }

    template <typename T>
    void settle(T *values, int count)
    {
        for (int k=0; k<count; k++)
            values[k] *= (T)factor;
        factor = inverse = 1;
    }
};

// Cells in their refractory period, in the order in which it ends.
class Aside
{
    std::vector<int32_t> cells;
    size_t first;
    bool known;

public:
    Aside() : first(0), known(false) {}

    void add(int32_t cell) { cells.push_back(cell); }

    // Cells whose period is over spike again. What cells were given before the first step is looked at there.
    template <typename Over>
    void let_go(char *open, const double *since, int count, Over over)
    {
        if (!known)
        {
            for (int cell=0; cell<count; cell++)
                if (!(open[cell] = over(cell)))
                    cells.push_back(cell);
            std::stable_sort(cells.begin(), cells.end(), [&](int32_t a, int32_t b) { return since[a] < since[b]; });
            known = true;
        }
        while (first < cells.size() && over(cells[first]))
            open[cells[first++]] = true;
        if (2*first > cells.size() + 64)
        {
            cells.erase(cells.begin(), cells.begin() + first);
            first = 0;
        }
    }

    template <typename T>
    void keep(const T *values, std::vector<T> &kept) const
    {
        kept.resize(cells.size() - first);
        for (size_t k=0; k<kept.size(); k++)
            kept[k] = values[cells[first + k]];
    }

    template <typename T>
    void put_back(T *values, const std::vector<T> &kept) const
    {
        for (size_t k=0; k<kept.size(); k++)
            values[cells[first + k]] = kept[k];
    }
};

extern Drawn uniforms, normals;
{% for name in alike|default([]) %}
extern Alike {{name}};
{% endfor %}
{% for name in aside|default([]) %}
extern Aside aside_{{name}};
{% endfor %}
{% for name, number in spans|default([]) %}
extern std::vector<char> asked_{{name}};
{% endfor %}
void seed(uint64_t number_of_run);

}

inline corticostriatal::number drawn_uniform(int) { return *corticostriatal::uniforms.take(1); }
inline corticostriatal::number drawn_normal(int) { return *corticostriatal::normals.take(1); }
inline corticostriatal::number _rand(int) { return drawn_uniform(0); }  // as Brian2's text for random connections says
using corticostriatal::exponential;
using corticostriatal::logarithm;
using corticostriatal::clipped;
using corticostriatal::power;

#endif
{% endmacro %}
