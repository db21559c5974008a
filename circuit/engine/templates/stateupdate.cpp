{# USES_VARIABLES { N } #}
{# ALLOWS_SCALAR_WRITE #}
{# A step of all cells, or of all contacts. Random numbers are drawn before the loop. What a pass writes no other pass
   reads: told so, the compiler needs no checks, and reads scattered values at once. While all target cells are at rest,
   only what is left to do then is done. #}
{% extends 'common_group.cpp' %}
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
{% endblock %}
