{# USES_VARIABLES { N } #}
{# A sum over contacts. Neighbouring contacts with one target are added up before the target is touched. #}
{% extends 'common_group.cpp' %}
{% block maincode %}
    {% set _target_var_array = get_array_name(_target_var) %}
    {% set _index_array = get_array_name(_index_var) %}
    const int _target_size = {{constant_or_scalar(_target_size_name, variables[_target_size_name])}};
    for (int _target_idx=0; _target_idx<_target_size; _target_idx++)
        {{_target_var_array}}[_target_idx + {{_target_start}}] = 0;

    // scalar code
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}

    static std::vector<int> _ends;
    const int _N = {{N}};
    if (_ends.empty())
        for (int _idx=0; _idx<_N; _idx++)
            if (_idx + 1 == _N || {{_index_array}}[_idx + 1] != {{_index_array}}[_idx])
                _ends.push_back(_idx + 1);
    int _begin = 0;
    for (const int _end : _ends)
    {
        double _sum = 0;
        #pragma GCC ivdep
        for(int _idx=_begin; _idx<_end; _idx++)
        {
            const size_t _vectorisation_idx = _idx;
            {{vector_code|autoindent}}
            _sum += _synaptic_var;
        }
        {{_target_var_array}}[{{_index_array}}[_begin]] += _sum;
        _begin = _end;
    }
{% endblock %}
