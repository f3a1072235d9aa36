"""What the newspapers of these tests wrote."""

from __future__ import annotations

from tests.support.playground_program import Story

FERRY = Story(
    "Night ferry to Torsvik from May",
    "A night ferry will sail between Hallevik and Torsvik from 3 May. The ship leaves at ten in "
    "the evening and takes eight hours.\n\n"
    "The shipping company Nordlys has bought the ferry Alma for the line. It has cabins for 240 "
    "passengers and room for ninety cars.\n\n"
    "Tickets cost 45 euros, children travel free. They are sold from Monday.\n\n"
    "The last night ferry between the two towns was given up eleven years ago.",
    url="https://harbour.example/night-ferry?a=1&b=2",
)
HARBOUR = Story(
    "Hallevik dredges its harbour",
    "The town of Hallevik has its harbour dredged so that the night ferry can berth. The work "
    "costs 3.4 million euros.\n\n"
    "The harbour master, Signe Dahl, expects that the dredgers are done in April.",
    source="Coast Courier",
    days=3,
    url="https://coast.example/dredging",
)
TALKS = Story(
    "Envoys sit down in Geneva for peace talks",
    "Envoys of both countries sat down in Geneva on Tuesday for a new round of peace talks. The "
    "mediators hope that they agree on a ceasefire before winter.\n\n"
    "Foreign minister Ana Berisha leads one of the delegations. The talks are to last until "
    "Friday.",
    days=2,
    url="https://harbour.example/talks",
)
BREAD = Story(
    "Bakers raise the price of rye bread",
    "The bakers of the valley raise the price of rye bread by a tenth. Flour and energy have "
    "become dearer, says their guild.",
    source="Coast Courier",
    days=4,
    url="https://coast.example/bread",
)
SKATING = Story(
    "Skaters return to the canal",
    "For the first time in six years the canal of Brenna is frozen hard enough for skating. The "
    "town lends skates at the lock.",
    days=5,
)

STORIES = (FERRY, HARBOUR, TALKS, BREAD, SKATING)

TRUCE = Story(
    "Ceasefire agreed after a night of negotiations",
    "After a night of negotiations in Geneva both countries agreed on a ceasefire. The peace "
    "talks go on next week with the exchange of prisoners.\n\n"
    "Observers will watch the border.",
    days=0,
    url="https://harbour.example/truce",
)
RYE = Story(
    "Rye bread becomes dearer in the city as well",
    "City bakers raise the price of rye bread by eight per cent. Rye flour costs a third more "
    "than a year ago.",
    days=0,
    url="https://harbour.example/rye",
)
RINK = Story(
    "Brenna opens a rink",
    "Brenna opens a rink for skating behind the town hall, so that nobody has to trust the ice of "
    "the canal.",
    days=0,
)
LIGHTHOUSE = (
    "# Lighthouse of Stavern lit again\n\n"
    "The lighthouse of Stavern was lit again on Friday after nine years. The keeper of the "
    "lighthouse of Stavern is Ida Lund, who learned the trade from her mother.\n\n"
    "The lamp shows a white light every eight seconds.\n"
)
KEEPER = "Who is the keeper of the lighthouse of Stavern?"
