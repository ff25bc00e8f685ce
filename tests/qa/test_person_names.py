"""Names in their parts: persons of several scripts, and bodies, which stay whole."""

import pytest

from qa.citations.person_names import person_name


@pytest.mark.parametrize(
    ("name", "family", "given"),
    [
        ("Shen, Qiao", "Shen", "Qiao"),
        ("Qiao Shen", "Shen", "Qiao"),
        ("SHEN Qiao", "SHEN", "Qiao"),
        ("Shen Yuanqiao", "Shen", "Yuanqiao"),
        ("Ouyang Lan", "Ouyang", "Lan"),
        ("van den Hoek, Pieter", "van den Hoek", "Pieter"),
        ("Pieter van den Hoek", "van den Hoek", "Pieter"),
        ("Hoek, Pieter van den", "van den Hoek", "Pieter"),
        ("O’Hara, Anne-Marie", "O’Hara", "Anne-Marie"),
        ("Hartley P Z", "Hartley", "P Z"),
        ("de la Vega, Inés", "de la Vega", "Inés"),
        ("Иванова, Анна", "Иванова", "Анна"),
        ("陆晚", "陆", "晚"),
        ("欧阳晚舟", "欧阳", "晚舟"),
        ("诸葛 舟", "诸葛", "舟"),
        ("习仲舟", "习", "仲舟"),
        ("陸, 晚", "陸", "晚"),
        ("（明）何川舟", "何", "川舟"),
        ("김민수", "김", "민수"),
    ],
)
def test_a_person_has_family_and_given_name(name: str, family: str, given: str) -> None:
    """In the order of the family name, with its particles."""
    assert (person_name(name).family, person_name(name).given) == (family, given)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Qinglan River Institute",
            "Ministry of Ferries",
            "UNECE",
            "Harbour Press",
            "The Editors",
            "Ferry & Sons, Ltd.",
        ),
        *("石浦县人民政府", "国务院", "林业局", "石浦日报", "本刊编辑部", "石浦出版社", "上海合作组织成员国"),
        *("卡尔·奥斯特", "老舍", "山田みどり"),
    ],
)
def test_a_body_and_a_name_that_cannot_be_divided_stay_whole(name: str) -> None:
    """No family name is made up."""
    assert (person_name(name).family, person_name(name).literal) == ("", name)


def test_the_language_of_the_work_decides_what_the_name_does_not_tell() -> None:
    """山田 has two characters in Japanese; in a Chinese work pinyin has the family name first."""
    assert person_name("高橋一郎", "ja").family == ""
    assert (person_name("Lan Qiao").family, person_name("Lan Qiao", "zh").family) == ("Qiao", "Lan")


def test_suffix_and_nation_are_parts_of_their_own() -> None:
    """They are neither family nor given name."""
    name = person_name("Hartley, P. Z., Jr.")
    assert (name.family, name.given, name.suffix) == ("Hartley", "P. Z.", "Jr.")
    assert person_name("[美]奥斯特").origin == "美"
