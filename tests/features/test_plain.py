"""/plain: everyday words."""

from bot.content.bank import Bank
from bot.content.items import Plain
from bot.content.search.index import Index
from bot.core.messages import Button
from tests.features.conftest import Chat, assert_carried, read


async def test_a_term_gives_the_words_and_the_question_back(chat: Chat, bank: Bank) -> None:
    item = bank.get(Plain, "pln-hypertension")
    reply = await chat.command("plain", "hypertension")
    text = read(reply)
    assert reply.cards[0].title == item.term
    for part in (item.plain, item.say, item.check, item.avoid or ""):
        assert part in text
    assert not reply.private


async def test_alone_it_offers_three_words(chat: Chat) -> None:
    reply = await chat.command("plain")
    assert len(reply.buttons) == 3
    assert "stroke" in read(await chat.press("stroke"))


async def test_an_unknown_word_gets_no_guess(chat: Chat) -> None:
    assert read(await chat.command("plain", "zzxqv")).startswith("I don't have zzxqv")
    assert "no longer" in read(await chat.act(Button("", "plain.show", "pln-never-was")))


async def test_every_item_is_found_and_fits_everywhere(chat: Chat, bank: Bank) -> None:
    index = Index(bank)
    for item in bank.active(Plain):
        assert item.id in {each.id for each in index.find(item.term, "plain").items}
        reply = await chat.act(Button("", "plain.show", item.id))
        assert_carried(reply)
        assert item.check in read(reply)
