{# The loop over time steps. Brian2's sorts its clocks into a set at each step and asks for the processor's time; here
   clocks are compared in a vector. A clock is due if its time is the earliest, as in Brian2. #}
{% macro cpp_file() %}
#include "network.h"
#include<algorithm>
#include<cmath>
#include<cstdlib>
#include<ctime>
#include<map>

#define Clock_epsilon 1e-14

double Network::_last_run_time = 0.0;
double Network::_last_run_completed_fraction = 0.0;
bool Network::_globally_stopped = false;
bool Network::_globally_running = false;

Network::Network() : t(0.0) {}

void Network::clear()
{
    objects.clear();
}

void Network::add({{clock_class}} *clock, codeobj_func func)
{
    objects.push_back(std::make_pair(clock, func));
}

void Network::run(double duration, void (*)(const double, const double, const double, const double), const double)
{
    {% if duration_variable %}
    if (const char *given = std::getenv("{{duration_variable}}"))
        duration = std::atof(given);
    {% endif %}
    const std::clock_t start = std::clock();
    const double t_start = t;
    const double t_end = t + duration;
    std::vector<{{clock_class}}*> all;
    for (const auto &object : objects)
        all.push_back(object.first);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    for ({{clock_class}} *each : all)
        each->set_interval(t, t_end);
    std::vector<size_t> own;
    for (const auto &object : objects)
        own.push_back(std::lower_bound(all.begin(), all.end(), object.first) - all.begin());
    std::vector<char> due(all.size());
    std::map< std::vector<char>, std::vector<codeobj_func> > done;
    {{clock_class}} *first = NULL;
    Network::_globally_running = true;
    Network::_globally_stopped = false;
    while (!all.empty())
    {
        first = all[0];
        for ({{clock_class}} *each : all)
            if (each->t[0] < first->t[0])
                first = each;
        if (!first->running() || Network::_globally_stopped)
            break;
        t = first->t[0];
        for (size_t k=0; k<all.size(); k++)
            due[k] = all[k]->t[0] == t || fabs(all[k]->t[0] - t) <= Clock_epsilon;
        // Mostly the same clocks are due as in the step before.
        std::vector<codeobj_func> &functions = done[due];
        if (functions.empty())
            for (size_t i=0; i<objects.size(); i++)
                if (due[own[i]] && objects[i].second)
                    functions.push_back(objects[i].second);
        for (codeobj_func each : functions)
            each();
        for (size_t k=0; k<all.size(); k++)
            if (due[k])
                all[k]->tick();
    }
    Network::_globally_running = false;
    t = Network::_globally_stopped && first ? first->t[0] : t_end;
    _last_run_time = (double)(std::clock() - start)/CLOCKS_PER_SEC;
    _last_run_completed_fraction = duration > 0 ? (t - t_start)/duration : 1.0;
}
{% endmacro %}

{% macro h_file() %}
#ifndef _BRIAN_NETWORK_H
#define _BRIAN_NETWORK_H

#include<utility>
#include<vector>
#include "brianlib/clocks.h"
#include "functions.h"

typedef void (*codeobj_func)();

class Network
{
public:
    std::vector< std::pair<{{clock_class}}*, codeobj_func> > objects;
    double t;
    static double _last_run_time;
    static double _last_run_completed_fraction;
    static bool _globally_stopped;
    static bool _globally_running;

    Network();
    void clear();
    void add({{clock_class}} *clock, codeobj_func func);
    void run(double duration, void (*)(const double, const double, const double, const double), const double);
};

#endif
{% endmacro %}
