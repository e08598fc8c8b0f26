"""Names of groups of people, of every side, for the test that none of them changes a count."""

GROUPS = """
Democrats|Republicans|liberals|conservatives|progressives|libertarians|socialists|communists
centrists|independents|leftists|right-wingers|left-wingers|Greens|populists|Trump voters
Biden voters|Christians|Catholics|Protestants|evangelicals|Mormons|Muslims|Jews|Hindus
Buddhists|Sikhs|atheists|Jehovah's Witnesses|agnostics|Quakers|Black people|white people|Asians
Latinos|Hispanics|Arabs|Native Americans|Roma|Africans|Europeans|Americans|Mexicans
Chinese people|Germans|Russians|Ukrainians|Turks|Kurds|Israelis|Palestinians|immigrants
refugees|foreigners|locals|women|men|girls|boys|gay people|lesbians|straight people
trans people|nonbinary people|queer people|young people|old people|boomers|millennials
teenagers|pensioners|poor people|rich people|workers|employers|landlords|tenants|farmers
city people|rural people|police officers|teachers|students|soldiers|veterans|doctors|nurses
gun owners|vegans|hunters|drivers|cyclists|smokers|deaf people|blind people|disabled people
autistic people|pro-lifers|pro-choicers|feminists|climate activists|oil workers|union members
journalists|scientists
"""


def names() -> list[str]:
    return [one.strip() for one in GROUPS.replace("\n", "|").split("|") if one.strip()]
