{# The queue of events on their way to contacts: a ring of time steps, each with what is reached then. Contacts of one
   source that are reached together and lie side by side are put down as one span, and no place in the ring needs a
   division. #}
{% macro cpp_file() %}
{% endmacro %}

{% macro h_file() %}
#ifndef _BRIAN_SYNAPSES_H
#define _BRIAN_SYNAPSES_H

#include<algorithm>
#include<cstdint>
#include<cstdlib>
#include<iostream>
#include<map>
#include<vector>
using namespace std;  // other files of Brian2's take this from here

class SynapticPathway
{
public:
    // Neighbouring contacts of one source, as places in that order.
    struct Span { int32_t begin, end; };

private:
    // A span that is reached after some steps.
    struct Run { int32_t steps; Span span; };

    const int first_source, end_source;
    std::vector<Run> runs;  // source by source
    std::vector<size_t> first_run;
    std::vector<int> order;  // contacts, source by source; empty if they are numbered so
    std::vector< std::vector<Span> > ring;
    size_t now;
    int contacts;
    bool in_order;

public:
    // Brian2's code writes the state of its queues where it writes all arrays, which this device does not call.
    struct State { friend std::ostream& operator<<(std::ostream& out, const State&) { return out; } };
    std::vector<State*> queue;
    std::vector<int> &sources;

    SynapticPathway(std::vector<int> &_sources, int start, int stop)
        : first_source(start), end_source(stop), ring(1), now(0), queue(1), sources(_sources) {}

    template <typename scalar>
    void prepare(int, int, const scalar *delays, int n_delays, const int *source, int n_contacts, double dt)
    {
        const int n_sources = end_source - first_source;
        std::vector<size_t> begin(n_sources + 1);
        for (int k=0; k<n_contacts; k++)
            begin[source[k] - first_source + 1]++;
        for (int i=0; i<n_sources; i++)
            begin[i + 1] += begin[i];
        contacts = n_contacts;
        in_order = std::is_sorted(source, source + n_contacts);
        order.resize(in_order ? 0 : n_contacts);
        std::vector<size_t> place(begin.begin(), begin.end() - 1);
        for (size_t k=0; k<order.size(); k++)
            order[place[source[k] - first_source]++] = k;
        runs.clear();
        first_run.assign(1, 0);
        int longest = 0;
        for (int i=0; i<n_sources; i++)
        {
            for (size_t at=begin[i]; at<begin[i + 1]; at++)
            {
                const int steps = (int)(delays[n_delays == 1 ? 0 : in_order ? at : order[at]]/dt + 0.5);
                longest = std::max(longest, steps);
                if (at > begin[i] && runs.back().steps == steps)
                    runs.back().span.end++;
                else
                    runs.push_back(Run{steps, Span{(int32_t)at, (int32_t)at + 1}});
            }
            first_run.push_back(runs.size());
        }
        runs.shrink_to_fit();
        ring.resize(std::max(ring.size(), (size_t)longest + 1));
    }

    void push(const int *spikes, int n_spikes)
    {
        const int *spike = std::lower_bound(spikes, spikes + n_spikes, first_source);
        for (; spike < spikes + n_spikes && *spike < end_source; spike++)
        {
            const size_t last = first_run[*spike - first_source + 1];
            for (size_t k=first_run[*spike - first_source]; k<last; k++)
            {
                const size_t later = now + runs[k].steps;
                ring[later < ring.size() ? later : later - ring.size()].push_back(runs[k].span);
            }
        }
    }

    void advance()
    {
        ring[now].clear();
        now = now + 1 < ring.size() ? now + 1 : 0;
    }

    // Contacts in that order.
    const int *in_turn()
    {
        if (order.empty())
            for (int k=0; k<contacts; k++)
                order.push_back(k);
        return order.data();
    }

    // Loops over a source's contacts count through them as they are numbered.
    void ask_for_order() const
    {
        if (!in_order) { std::cerr << "contacts are not numbered source by source" << std::endl; std::exit(5); }
    }

    const std::vector<Span>& peek() const
    {
        return ring[now];
    }
};

#endif
{% endmacro %}
