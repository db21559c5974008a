{# USES_VARIABLES { N } #}
{# ALLOWS_SCALAR_WRITE #}
{# A step of all cells, or of all contacts. Random numbers are drawn before the loop. What a pass writes no other pass
   reads: told so, the compiler needs no checks, and reads scattered values at once. While all target cells are at rest,
   only what is left to do then is done. Cells are gone through block by block, once upward and once downward, since what
   a step touched last is still at hand for the next; waiting cells, decay and the question for spikes: circuit/engine/step.py. #}
{% extends 'common_group.cpp' %}
{% block extra_headers %}
{% if of_cells and wide %}
#if defined(__AVX512VBMI__) && !defined(__clang__)
#pragma GCC target("prefer-vector-width=512")  // older processors with AVX-512 slow down for it
#endif
{% endif %}
{% endblock %}
{% block maincode %}
    // scalar code
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}

    const int _N = {{constant_or_scalar('N', variables['N'])}};
    {% for name, (kind, number) in draws.items() %}
    const corticostriatal::number *{{name}} = corticostriatal::{{kind}}.take({{number}}*_N);
    {% endfor %}
    {% if at_rest %}
    bool _at_rest = true;
    for(int _cell=0; _cell<{{cells}}; _cell++)
        _at_rest = _at_rest && {{at_rest}};
    {% endif %}
    {% if of_cells %}
    {% if aside %}
    auto _over = [&](const int _idx) {
        const double lastspike = {{since}}[_idx];
        return {{over}};
    };
    corticostriatal::{{aside}}.let_go({{flags}}, {{since}}, _N, _over);
    {% for array, kind in kept %}
    static std::vector<{{kind}}> _kept_{{loop.index}};
    corticostriatal::{{aside}}.keep({{array}}, _kept_{{loop.index}});
    {% endfor %}
    {% endif %}
    // asked: before
    {% if blocks == 1 %}
    {
        const int _block = 0, _begin = 0, _end = {{constant_or_scalar('N', variables['N'])}};
    {% else %}
    static bool _upward = false;
    _upward = {{"!_upward" if independent else "true"}};
    for(int _turn=0; _turn<{{blocks}}; _turn++)
    {
        const int _block = _upward ? _turn : {{blocks - 1}} - _turn, _begin = _block*{{span}};
        const int _end = _begin + {{span}} < _N ? _begin + {{span}} : _N;
    {% endif %}
        // asked: begin
        {% if independent %}
        #pragma GCC ivdep
        {% endif %}
        for(int _idx=_begin; _idx<_end; _idx++)
        {
            const size_t _vectorisation_idx = _idx;
            const int _place = _idx;
            {{vector_code|autoindent}}
            // asked: within
        }
        // asked: end
    }
    {% if aside %}
    {% for array, kind in kept %}
    corticostriatal::{{aside}}.put_back({{array}}, _kept_{{loop.index}});
    {% endfor %}
    {% endif %}
    {% for name, factor, array in decays %}
    corticostriatal::{{name}}.decay({{factor}}, {{array}}, _N);
    {% endfor %}
    {% else %}
    {% for code in ([resting_code, vector_code] if at_rest else [vector_code]) %}
    {{ "if(_at_rest)" if at_rest and loop.first else "else" if at_rest else "" }}
    {
        {% if independent %}
        #pragma GCC ivdep
        {% endif %}
        for(int _idx=0; _idx<_N; _idx++)
        {
            const size_t _vectorisation_idx = _idx;
            const int _place = _idx;
            {{code|autoindent}}
        }
    }
    {% endfor %}
    {% endif %}
{% endblock %}
