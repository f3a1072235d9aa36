"""Names of the world's countries and of the states of the United States, lower-case."""

from __future__ import annotations

_COUNTRIES = """
afghanistan, albania, algeria, andorra, angola, argentina, armenia, australia, austria, azerbaijan,
bahamas, bahrain, bangladesh, barbados, belarus, belgium, belize, benin, bhutan, bolivia, bosnia,
botswana, brazil, britain, brunei, bulgaria, burkina faso, burundi, cambodia, cameroon, canada,
cape verde, chad, chile, china, colombia, comoros, congo, costa rica, croatia, cuba, cyprus,
czech republic, czechia, denmark, djibouti, dominica, dominican republic, ecuador, egypt,
el salvador, england, equatorial guinea, eritrea, estonia, eswatini, ethiopia, fiji, finland,
france, gabon, gambia, georgia, germany, ghana, great britain, greece, greenland, grenada,
guatemala, guinea, guyana, haiti, honduras, hong kong, hungary, iceland, india, indonesia, iran,
iraq, ireland, israel, italy, ivory coast, jamaica, japan, jordan, kazakhstan, kenya, kiribati,
kosovo, kuwait, kyrgyzstan, laos, latvia, lebanon, lesotho, liberia, libya, liechtenstein,
lithuania, luxembourg, madagascar, malawi, malaysia, maldives, mali, malta, mauritania, mauritius,
mexico, micronesia, moldova, monaco, mongolia, montenegro, morocco, mozambique, myanmar, namibia,
nepal, netherlands, new zealand, nicaragua, niger, nigeria, north korea, north macedonia,
northern ireland, norway, oman, pakistan, palestine, panama, papua new guinea, paraguay, peru,
philippines, poland, portugal, puerto rico, qatar, romania, russia, rwanda, samoa, san marino,
saudi arabia, scotland, senegal, serbia, seychelles, sierra leone, singapore, slovakia, slovenia,
solomon islands, somalia, south africa, south korea, south sudan, spain, sri lanka, sudan,
suriname, sweden, switzerland, syria, taiwan, tajikistan, tanzania, thailand, timor, togo, tonga,
trinidad, tunisia, turkey, türkiye, turkmenistan, tuvalu, uganda, ukraine, united arab emirates,
united kingdom, united states, uruguay, uzbekistan, vanuatu, vatican, venezuela, vietnam, wales,
yemen, zambia, zimbabwe, u.s, us, uk, u.k, uae, eu
"""
_STATES = """
alabama, alaska, arizona, arkansas, california, colorado, connecticut, delaware, florida, georgia,
hawaii, idaho, illinois, indiana, iowa, kansas, kentucky, louisiana, maine, maryland,
massachusetts, michigan, minnesota, mississippi, missouri, montana, nebraska, nevada,
new hampshire, new jersey, new mexico, new york, north carolina, north dakota, ohio, oklahoma,
oregon, pennsylvania, rhode island, south carolina, south dakota, tennessee, texas, utah, vermont,
virginia, washington, west virginia, wisconsin, wyoming
"""


def _names(text: str) -> frozenset[str]:
    return frozenset(" ".join(name.split()) for name in text.split(","))


COUNTRIES = _names(_COUNTRIES)
STATES = _names(_STATES)
