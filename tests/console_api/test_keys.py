"""SearchKeys and GetKeySummary: what is found, in which order, page by page, while keys come and go."""

from typing import Any

import pytest

from strongroom.operations.console.key_list import Criteria, KeyList, entry_of
from support.console import ConsoleHouse, ids
from support.house import OTHER_ACCOUNT, House
from support.nouns import key as new_key

ADMIN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def create(house: House, **members: Any) -> str:
    made: str = house.ok("CreateKey", members)["KeyMetadata"]["KeyId"]
    return made


def alias(house: House, name: str, key_id: str) -> None:
    house.ok("CreateAlias", {"AliasName": f"alias/{name}", "TargetKeyId": key_id})


def test_a_key_is_shown_as_it_is(house: ConsoleHouse) -> None:
    key_id = create(house, Description="Payments", Tags=[{"TagKey": "team", "TagValue": "blue"}])
    alias(house, "payments", key_id)
    alias(house, "again", key_id)
    house.ok("EnableKeyRotation", {"KeyId": key_id})
    house.ok("Encrypt", {"KeyId": key_id, "Plaintext": "aGVsbG8="})
    found = house.ask("SearchKeys", {"Text": "payments"})
    assert found["Total"] == 1
    (shown,) = found["Keys"]
    assert shown["KeyMetadata"] == house.ok("DescribeKey", {"KeyId": key_id})["KeyMetadata"]
    assert shown["Aliases"] == ["alias/again", "alias/payments"]
    assert shown["Tags"] == [{"TagKey": "team", "TagValue": "blue"}]
    assert shown["LastUsed"] == {"Time": house.now, "Operation": "Encrypt"}
    assert shown["RotationEnabled"] is True
    assert shown["NextRotation"] == house.ok("GetKeyRotationStatus", {"KeyId": key_id})["NextRotationDate"]


def test_filters(house: ConsoleHouse) -> None:
    plain = create(house, Description="Straße", Tags=[{"TagKey": "team", "TagValue": "blue"}])
    signing = create(
        house, KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY", Tags=[{"TagKey": "team", "TagValue": "red"}]
    )
    empty = create(house, Origin="EXTERNAL")
    related = create(house, MultiRegion=True)
    house.ok("DisableKey", {"KeyId": plain})
    for members, expected in (
        ({"States": ["Disabled"]}, {plain}),
        ({"States": ["Enabled", "PendingImport"]}, {signing, empty, related}),
        ({"Specs": ["ECC_NIST_P256"]}, {signing}),
        ({"Usages": ["SIGN_VERIFY"]}, {signing}),
        ({"Origins": ["EXTERNAL"]}, {empty}),
        ({"MultiRegion": True}, {related}),
        ({"MultiRegion": False, "States": ["Enabled"]}, {signing}),
        ({"TagKey": "team"}, {plain, signing}),
        ({"TagKey": "team", "TagValue": "red"}, {signing}),
        ({"TagValue": "red"}, {signing}),
        ({"TagKey": "red"}, set()),
        ({"Text": "STRASSE"}, {plain}),
        ({"Text": "team blue"}, {plain}),
        ({"Text": "team green"}, set()),
        ({"Text": signing[:13]}, {signing}),
        ({"Managers": ["AWS"]}, set()),
        ({}, {plain, signing, empty, related}),
    ):
        found = house.ask("SearchKeys", members)
        assert (set(ids(found)), found["Total"]) == (expected, len(expected)), members


def test_other_accounts_and_regions_are_invisible(house: ConsoleHouse, key_id: str) -> None:
    stranger = house.add_user("stranger", ADMIN, account=OTHER_ACCOUNT)
    assert house.ask("SearchKeys", user=stranger) == {"Keys": [], "Total": 0}
    assert house.ask("GetKeySummary", user=stranger)["Total"] == 0
    assert house.ask("SearchKeys", region="eu-west-1")["Total"] == 0
    assert ids(house.ask("SearchKeys")) == [key_id]


@pytest.mark.parametrize("sort_by", ["ALIAS", "CREATED", "LAST_USED", "STATE", "SPEC"])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_show_every_key_once_in_order(house: ConsoleHouse, sort_by: str, descending: bool) -> None:
    keys = []
    for number in range(7):
        house.now += 1
        keys.append(create(house))
        if number % 3:
            alias(house, f"name-{9 - number}", keys[-1])
            house.ok("Encrypt", {"KeyId": keys[-1], "Plaintext": "aGVsbG8="})
    named = [key_id for number, key_id in enumerate(keys) if number % 3]
    unnamed = sorted(set(keys) - set(named))
    expected = {
        "ALIAS": named[:: 1 if descending else -1] + unnamed,
        "LAST_USED": named[:: -1 if descending else 1] + unnamed,
        "CREATED": keys[:: -1 if descending else 1],
    }.get(sort_by, sorted(keys, reverse=descending))
    found: list[str] = []
    token: dict[str, str] = {}
    while True:
        page = house.ask("SearchKeys", {"SortBy": sort_by, "Descending": descending, "Limit": 2, **token})
        assert page["Total"] == 7
        found += ids(page)
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert found == expected


def test_a_page_goes_on_behind_the_last_key_whatever_changed(house: ConsoleHouse) -> None:
    keys = {name: create(house) for name in "bdfh"}
    for name, key_id in keys.items():
        alias(house, name, key_id)
    first = house.ask("SearchKeys", {"Limit": 2})
    assert ids(first) == [keys["b"], keys["d"]]
    for name in "ace":
        keys[name] = create(house)
        alias(house, name, keys[name])
    house.ok("DeleteAlias", {"AliasName": "alias/d"})
    house.ok("UpdateAlias", {"AliasName": "alias/b", "TargetKeyId": keys["h"]})
    rest = house.ask("SearchKeys", {"Limit": 2, "NextToken": first["NextToken"]})
    assert ids(rest) == [keys["e"], keys["f"]]
    assert rest["Total"] == 7
    found = house.ask("SearchKeys", {"Text": "alias/b"})
    assert ids(found) == [keys["h"]]


@pytest.mark.parametrize("token", ["nonsense", "e30=", "eyJhdCI6W10sIm9mIjoieCJ9"])
def test_what_is_no_token_is_refused(house: ConsoleHouse, key_id: str, token: str) -> None:
    assert house.strongroom("SearchKeys", {"NextToken": token}).error[0] == "InvalidNextTokenException"
    assert house.strongroom("SearchEvents", {"NextToken": token}).error[0] == "InvalidNextTokenException"


def test_a_token_belongs_to_its_request(house: ConsoleHouse) -> None:
    for _ in range(2):
        create(house)
    token = house.ask("SearchKeys", {"Limit": 1})["NextToken"]
    refused = house.strongroom("SearchKeys", {"Limit": 1, "NextToken": token, "States": ["Enabled"]})
    assert refused.error == ("InvalidNextTokenException", "The token belongs to a request with other parameters.")
    assert len(house.ask("SearchKeys", {"Limit": 100, "NextToken": token})["Keys"]) == 1
    assert house.strongroom("SearchKeys", {"Limit": 101}).error[0] == "ValidationException"


def test_the_summary(house: ConsoleHouse) -> None:
    first, second, third = (
        create(house),
        create(house),
        create(house, KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC"),
    )
    house.ok("DisableKey", {"KeyId": first})
    house.ok("EnableKeyRotation", {"KeyId": second})
    alias(house, "soon", third)
    house.ok("ScheduleKeyDeletion", {"KeyId": third, "PendingWindowInDays": 7})
    summary = house.ask("GetKeySummary")
    assert summary["Total"] == 3
    assert {one["Name"]: one["Count"] for one in summary["ByState"]} == {
        "Enabled": 1,
        "Disabled": 1,
        "PendingDeletion": 1,
    }
    assert {one["Name"]: one["Count"] for one in summary["BySpec"]} == {"SYMMETRIC_DEFAULT": 2, "HMAC_256": 1}
    assert summary["ByManager"] == [{"Name": "CUSTOMER", "Count": 3}]
    assert summary["PendingDeletion"] == [{"KeyId": third, "Alias": "alias/soon", "Date": house.now + 7 * 86_400}]
    assert [one["KeyId"] for one in summary["RotationsDue"]] == [second]
    assert (summary["PendingDeletionTotal"], summary["RotationsDueTotal"], summary["ExpiringMaterialTotal"]) == (
        1,
        1,
        0,
    )


def test_a_list_forgets_its_results_with_every_change() -> None:
    keys = KeyList()
    keys.put(entry_of(new_key(1), ["alias/one"]))
    one = Criteria(words=("alias/one",))
    assert keys.search(one, 10).total == 1
    keys.put(entry_of(new_key(1), ["alias/two"]))
    assert keys.search(one, 10).total == 0
    keys.remove(new_key(1).key_id)
    assert keys.search(Criteria(), 10).total == 0
