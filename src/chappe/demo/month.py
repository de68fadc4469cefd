"""Thirty days of the demo: who came, what was said, what was noticed and decided, and what is overdue today."""

from collections.abc import Awaitable, Callable
from hashlib import blake2b

from chappe.demo.desk import Desk
from chappe.demo.folk import Person, Room
from chappe.demo.watch import Watch
from chappe.demo.world import CHANNEL, DAYS, World
from chappe.safety import taxonomy
from chappe.tl import functions as f
from chappe.tl import types as t

DRUGS, PHISHING = "UNSAFE_AND_PROHIBITED_PRODUCTS/PROHIBITED_PRODUCTS", "SCAMS_AND_FRAUD/PHISHING"
FRAUD = "SCAMS_AND_FRAUD/OTHER"
TERROR = "RISK_FOR_PUBLIC_SECURITY/TERRORIST_CONTENT"
CHILD = "PROTECTION_OF_MINORS/GROOMING_SEXUAL_ENTICEMENT_MINORS"
HATE = "ILLEGAL_OR_HARMFUL_SPEECH/HATE_SPEECH"
NEWS = (
    "The ferry runs every hour again.", "High water at nine this evening.", "The lighthouse is open on Sunday.",
    "Fog until noon: bells are rung every two minutes.", "The library has new hours.",
    "Two berths are free at the quay.",
    "The market moves to the old customs house.", "Storm warning for the night, boats stay in.",
    "The bridge is painted: one lane until Friday.", "The choir sings in the square at six.",
)  # fmt: skip
TALK = (
    "Thanks!", "Who takes the early boat?", "I will be there.", "Is the bakery open?", "Bring a coat.",
    "See you at the quay.", "What a light tonight.", "The bell again …", "I have two tickets left.", "Good morning!",
)  # fmt: skip
SPAMMERS = 70
Day = Callable[["Month"], Awaitable[None]]


class Month:
    """The world with its people and rooms, while it is lived."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._drawn = 0
        self.alice: Person
        self.bob: Person
        self.carol: Person
        self.dave: Person
        self.erin: Person
        self.mallory: Person
        self.harbour: Room
        self.square: Room
        self.figures: Room
        self.posts: list[int] = []
        self.desk = Desk(world)
        self.watch = Watch(world)
        self.kept: dict[str, Room] = {}
        """Rooms that a later day comes back to."""

    def draws(self, most: int) -> int:
        """A number below `most`, the same in every month that is made."""
        self._drawn += 1
        return int.from_bytes(blake2b(self._drawn.to_bytes(4, "big"), digest_size=8).digest(), "big") % most

    def where(self, username: str, message_id: int = 0) -> str:
        """The address of a room or post as people paste it."""
        address = f"{self.world.address}/@{username}"
        return f"{address}/{message_id}" if message_id else address

    async def reports(self, person: Person, room: Room, message_id: int, what: str, said: str) -> None:
        """The person reports a message by the menu of their client."""
        category, _, keyword = what.partition("/")
        titles = [taxonomy.title(category, "en"), taxonomy.keyword_title(category, keyword, "en")]
        query = f.messages.Report(peer=room.peer(person), id=[message_id], option=b"", message="")
        while not isinstance(answer := await person.calls(query), t.ReportResultReported):
            option, words = getattr(answer, "option", b""), said
            if isinstance(answer, t.ReportResultChooseOption):
                wanted, words = titles.pop(0), ""
                option = next(one.option for one in answer.options if one.text == wanted)
            query = f.messages.Report(peer=room.peer(person), id=[message_id], option=option, message=words)

    async def case_of(self, part: str, item: str) -> int:
        """The open case about the item."""
        listed = await self.world.console(part, "GET", "/api/cases")
        for one in listed["cases"]:
            whole = await self.world.console(part, "GET", f"/api/cases/{one['case_id']}")
            if any(there["key"] == item for there in whole["items"]):
                return int(one["case_id"])
        raise AssertionError(f"no case about {item}")

    async def decides(self, part: str, item: str, **said: object) -> int:
        """The part claims the case about the item, reads it, decides; the decision's number."""
        case = await self.case_of(part, item)
        await self.world.console(part, "POST", f"/api/cases/{case}/claim")
        await self.world.console(part, "POST", f"/api/cases/{case}/evidence")
        made = await self.world.console(part, "POST", f"/api/cases/{case}/decision", said)
        return int(made["decision_id"])

    async def dismisses(self, part: str, item: str, outcome: str, reason: str) -> None:
        """The part decides that nothing is to be done."""
        case = await self.case_of(part, item)
        await self.world.console(part, "POST", f"/api/cases/{case}/claim")
        await self.world.console(part, "POST", f"/api/cases/{case}/dismissal", {"outcome": outcome, "reason": reason})

    async def morning(self, day: int) -> None:
        """Everybody looks in; there is news."""
        self.world.at(day, 8, self.draws(50))
        for person in (self.carol, *self.talkers):
            await person.calls(f.account.UpdateStatus(offline=False))
        self.posts.append(await self.carol.says(self.harbour.peer(self.carol), NEWS[self.draws(len(NEWS))]))

    async def evening(self, day: int) -> None:
        """Some words in the square, some letters."""
        for hour in (20, 21, 22):
            self.world.at(day, hour, self.draws(60))
            at = self.draws(len(self.talkers))
            who, other = self.talkers[at], self.talkers[at - 1 - self.draws(len(self.talkers) - 1)]
            await who.says(self.square.peer(who), TALK[self.draws(len(TALK))])
            await who.says(who.sees(other), TALK[self.draws(len(TALK))])

    @property
    def talkers(self) -> tuple[Person, ...]:
        """Who meets in the square."""
        return self.alice, self.bob, self.dave, self.erin


async def first_day(m: Month) -> None:
    """People come; Carol, who runs the server, founds the rooms."""
    w = m.world
    w.at(0, 9)
    m.carol = await w.arrives(1001, "Carol", "I keep this server running.")
    m.alice = await w.arrives(1002, "Alice", "I read everything twice.")
    m.bob = await w.arrives(1003, "Bob", "Drawings and bad jokes.")
    m.dave = await w.arrives(1004, "Dave")
    m.erin = await w.arrives(1005, "Erin", "I report what should not stand.")
    m.harbour = await m.carol.founds("Harbour news", "What happens at the quay.", "harbour_news")
    m.figures = await m.carol.founds("Daily figures", "What this server decided, every night.", CHANNEL)
    m.square = await m.carol.founds("The square", "Talk about the news.", "the_square", group=True)
    await m.carol.calls(
        f.channels.SetDiscussionGroup(broadcast=m.harbour.to(m.carol), group=m.square.to(m.carol))
    )
    for person in (m.alice, m.bob, m.dave, m.erin):
        await person.joins(m.harbour)
        await person.joins(m.square)


async def statement(m: Month) -> None:
    """Carol says in public how the server is run, and is answered."""
    m.world.at(3, 10)
    text = (
        "How this server is run: anyone may report anything, a person decides, who is hit is told why and may object, "
        "and every night we publish what we did so that anybody can count it again. #statement"
    )
    post = await m.carol.says(m.harbour.peer(m.carol), text)
    await m.world.settles()
    words = ("Good. We will count.", "And who watches you? #statement", "You do: look at the daily figures.")
    for minute, (person, word) in enumerate(zip((m.alice, m.bob, m.carol), words, strict=True)):
        m.world.at(3, 11, 5 * minute)
        found = await person.calls(f.messages.GetDiscussionMessage(peer=m.harbour.peer(person), msg_id=post))
        reply = t.InputReplyToMessage(reply_to_msg_id=found.messages[0].id)
        await person.says(m.square.peer(person), word, reply_to=reply)


async def offer(m: Month) -> None:
    """Somebody sells what nobody may; Alice reports it by her client's menu, it is gone within hours."""
    m.world.at(5, 14)
    m.mallory = await m.world.arrives(1666, "Mallory")
    shop = await m.mallory.founds("Night pharmacy", "Fast and discreet.", "night_pharmacy")
    post = await m.mallory.says(shop.peer(m.mallory), "White powder, best quality, delivered tonight. Ask me.")
    m.world.at(5, 15)
    await m.alice.joins(shop)
    await m.reports(m.alice, shop, post, DRUGS, "They sell drugs, with delivery.")
    m.world.at(5, 18)
    await m.decides(
        "moderator", f"message:{shop.marked}:{post}", measure="remove", basis="law", clause="code pénal, art. 222-39",
        why="The post offers narcotics for sale.", category="UNSAFE_AND_PROHIBITED_PRODUCTS",
        keywords=["PROHIBITED_PRODUCTS"], facts="A post in a public channel offered drugs with delivery.",
    )  # fmt: skip
    m.kept["shop"] = shop


async def shop(m: Month) -> None:
    """Somebody without an account notices the whole channel, by the web form: it is closed."""
    shop = m.kept["shop"]
    m.world.at(6, 9)
    why = "The whole channel exists to sell drugs."
    await m.world.gives_notice(m.where("night_pharmacy"), DRUGS, why, name="Frank", email="frank@demo.example")
    m.world.at(6, 12)
    await m.decides(
        "moderator", f"room:{shop.marked}", measure="remove_room", basis="law", clause="code pénal, art. 222-39",
        why="The channel serves the sale of narcotics.", category="UNSAFE_AND_PROHIBITED_PRODUCTS",
        keywords=["PROHIBITED_PRODUCTS"], facts="A public channel with one purpose: selling drugs.",
    )  # fmt: skip


async def watched(m: Month) -> None:
    """An organisation is trusted to tell frauds; its first notice, by program, is seen to before all others."""
    m.world.at(7, 9)
    await m.watch.is_trusted()
    stranger = await m.world.arrives(1888, "Doctor Gain")
    room = await stranger.founds("Sure gains", "Your money, doubled.", "sure_gains")
    posts = [await stranger.says(room.peer(stranger), text) for text in (
        "Send 100 and get 200 back by the evening.", "A hundred people were paid today. Be quick.",
    )]  # fmt: skip
    m.world.at(7, 10)
    where = [f"sure_gains/{post}" for post in posts]
    why = "An advance-fee fraud: the same words and the same account were reported to us by eleven people."
    number = await m.watch.notices(FRAUD, why, *where, reference="VE-2031")
    m.world.at(7, 11)
    await m.decides(
        "moderator", f"message:{room.marked}:{posts[0]}", measure="remove", basis="terms", clause="3.5",
        category="SCAMS_AND_FRAUD", why_en="It promises gains to get hold of money.",
        facts_en="Two public posts promised to double what people send.",
        why_fr="Cela promet des gains pour obtenir de l’argent.",
        facts_fr="Deux messages publics promettaient de doubler ce que l’on envoie.",
    )  # fmt: skip
    await m.world.settles()
    assert (await m.watch.reads(number))["state"] == "decided"


async def joke(m: Month) -> None:
    """Bob's satire is removed by mistake."""
    m.world.at(9, 11)
    room = await m.bob.founds("Bob draws", "Satire, mostly.", "bob_draws")
    post = await m.bob.says(room.peer(m.bob), "New drawing: the mayor as a seagull, stealing everybody's chips.")
    await m.bob.says(room.peer(m.bob), "Tomorrow: the seagull answers.")
    m.world.at(9, 13)
    who = {"name": "A neighbour", "email": "neighbour@demo.example"}
    await m.world.gives_notice(m.where("bob_draws", post), HATE, "This insults a public person.", **who)
    m.world.at(9, 20)
    await m.decides(
        "moderator", f"message:{room.marked}:{post}", measure="remove", basis="terms", clause="3.3",
        why="It insults a person.", category="ILLEGAL_OR_HARMFUL_SPEECH", keywords=["HATE_SPEECH"],
        facts="A post makes fun of a public person.",
    )  # fmt: skip


async def objection(m: Month) -> None:
    """Bob objects by the link in his statement."""
    m.world.at(10, 8)
    await m.world.complains(m.bob, "It is satire about an office, not hate against a person.")


async def reversal(m: Month) -> None:
    """Somebody else than the first decider finds that it was wrong: the post is back."""
    m.world.at(11, 16)
    await judged(m, "reversed", "Satire about a public office is allowed; the first decision was wrong.")


async def judged(m: Month, outcome: str, reasons: str) -> None:
    """The part for complaints decides the oldest that waits."""
    waiting = (await m.world.console("appeals", "GET", "/api/complaints"))["complaints"]
    number = waiting[0]["complaint_id"]
    await m.world.console("appeals", "POST", f"/api/complaints/{number}/assignment")
    await m.world.console(
        "appeals", "POST", f"/api/complaints/{number}/decision", {"outcome": outcome, "reasons": reasons}
    )
    await m.world.settles()


async def wave(m: Month) -> None:
    """Many accounts come at once and write the same; limits tighten by themselves, the accounts are suspended."""
    spammers: list[Person] = []
    for number in range(SPAMMERS):
        m.world.at(14, 11, number // 2)
        spammers.append(await m.world.arrives(3000 + number, f"Prize {number}"))
        if number % 10 == 9:
            await m.world.hour()
    room = await spammers[0].founds("Free prizes", "You won.", "free_prizes")
    post = await spammers[0].says(room.peer(spammers[0]), "You won a prize! Enter your password at prizes.example.")
    m.world.at(14, 12)
    for person in (m.alice, m.bob, m.dave):
        await m.reports(person, room, post, PHISHING, "Steals passwords.")
    await m.world.hour()
    m.world.at(14, 14)
    ground = {"basis": "terms", "clause": "3.5", "category": "SCAMS_AND_FRAUD", "keywords": ["PHISHING"]}
    await m.decides(
        "moderator", f"message:{room.marked}:{post}", measure="remove", why="It asks for passwords under a false name.",
        facts="A public post promised prizes and asked for passwords.", **ground,
    )  # fmt: skip
    await m.world.console("moderator", "POST", "/api/decisions", {
        "measure": "suspend", "items": [f"account:{one.id}" for one in spammers], "why": "Made to deceive others.",
        "facts": f"{SPAMMERS} accounts made within an hour, all for one fraud.", **ground,
    })  # fmt: skip
    for hour in (15, 17, 19):
        m.world.at(14, hour)
        await m.world.hour()


async def call(m: Month) -> None:
    """A call to violence is reported by Erin; the room is closed within the hour."""
    m.world.at(17, 20)
    stranger = await m.world.arrives(1777, "Black Banner")
    room = await stranger.founds("Banner", "Join us.", "black_banner")
    post = await stranger.says(room.peer(stranger), "Brothers, the day of the attack is near. Write to me.")
    m.world.at(17, 20, 10)
    await m.reports(m.erin, room, post, TERROR, "A call to an attack.")
    m.world.at(17, 20, 40)
    law = {
        "basis": "law", "clause": "Regulation (EU) 2021/784, art. 2(7)", "category": "RISK_FOR_PUBLIC_SECURITY",
        "keywords": ["TERRORIST_CONTENT"],
    }  # fmt: skip
    await m.decides(
        "moderator", f"message:{room.marked}:{post}", measure="remove",
        why="It solicits the commission of a terrorist offence.", facts="A public post called for an attack.", **law,
    )  # fmt: skip
    await m.world.console("moderator", "POST", "/api/decisions", {
        "measure": "remove_room", "items": [f"room:{room.marked}"], "why": "The room serves to recruit for an attack.",
        "facts": "A public channel that recruited for an attack.", **law,
    })  # fmt: skip


async def child(m: Month) -> None:
    """Somebody who gives no name notices an approach to children; only the trained see the case."""
    m.world.at(20, 16)
    stranger = await m.world.arrives(1888, "Nice Uncle")
    room = await stranger.founds("Young gamers", "For children only.", "young_gamers")
    words = "Who is under twelve and wants a present? Do not tell your parents."
    post = await stranger.says(room.peer(stranger), words)
    m.world.at(20, 17)
    await m.world.gives_notice(m.where("young_gamers", post), CHILD, "He tries to meet children.")
    m.world.at(20, 18)
    law = {
        "basis": "law", "clause": "code pénal, art. 227-22-1", "category": "PROTECTION_OF_MINORS",
        "keywords": ["GROOMING_SEXUAL_ENTICEMENT_MINORS"],
    }  # fmt: skip
    await m.decides(
        "child_safety", f"message:{room.marked}:{post}", measure="remove", why="It approaches minors.",
        facts="A public post approached children and asked for secrecy.", **law,
    )  # fmt: skip
    await m.world.console("child_safety", "POST", "/api/decisions", {
        "measure": "suspend", "items": [f"account:{stranger.id}"], "why": "The account was made to approach minors.",
        "facts": "An account that approached children.", **law,
    })  # fmt: skip


async def unfounded(m: Month) -> None:
    """A notice says nothing that could be true."""
    m.world.at(23, 9)
    who = {"name": "Grumpy", "email": "grumpy@demo.example"}
    await m.world.gives_notice(m.where("harbour_news", m.posts[-1]), HATE, "I do not like the harbour.", **who)
    m.world.at(23, 15)
    await m.dismisses("moderator", f"message:{m.harbour.marked}:{m.posts[-1]}", "unfounded", "News about the harbour.")


async def adults(m: Month) -> None:
    """A milder measure than removing: shown to adults only."""
    m.world.at(24, 10)
    room = await m.dave.founds("Late stories", "Not for children.", "late_stories")
    await m.dave.says(room.peer(m.dave), "Tonight: the widow and the keeper of the light.")
    await m.alice.joins(room)
    m.world.at(24, 12)
    await m.world.console("moderator", "POST", "/api/decisions", {
        "measure": "age_gate", "items": [f"room:{room.marked}"], "basis": "terms", "clause": "3.8",
        "why": "Stories for adults.", "category": "OTHER_VIOLATION_TC", "keywords": ["AGE_SPECIFIC_RESTRICTIONS"],
        "facts": "A public channel with stories for adults, without a note of it.",
    })  # fmt: skip


async def dave_objects(m: Month) -> None:
    """Dave objects to that."""
    m.world.at(25, 9)
    await m.world.complains(m.dave, "Everybody may read my stories.")


async def upheld(m: Month) -> None:
    """The measure stands, and Dave is told why."""
    m.world.at(27, 9)
    await judged(m, "upheld", "They are for adults by their own description.")


async def waiting(m: Month) -> None:
    """What nobody has seen to: one matter is past its date, others wait in the queue."""
    m.world.at(26, 10)
    stranger = await m.world.arrives(1999, "Cheap Tickets")
    room = await stranger.founds("Cheap tickets", "Concerts, ferries.", "cheap_tickets")
    post = await stranger.says(room.peer(stranger), "Ferry tickets for half the price: pay first, tickets by mail.")
    m.world.at(26, 11)
    await m.reports(m.bob, room, post, PHISHING, "I paid and got nothing.")


async def today(m: Month) -> None:
    """What came in on the last day waits for whoever plays the moderator."""
    m.world.at(DAYS - 1, 17)
    stranger = await m.world.arrives(1998, "Angry Man")
    room = await stranger.founds("Angry words", "I say what I think.", "angry_words")
    first = await stranger.says(room.peer(stranger), "People from the other shore should be thrown into the water.")
    second = await stranger.says(room.peer(stranger), "The mayor lives in Quay Street 4, third floor. Visit him.")
    m.world.at(DAYS - 1, 18)
    await m.reports(m.alice, room, first, HATE, "Incites against people for where they come from.")
    await m.desk.proposes(stranger.phone, "2026/152")
    shop = await m.world.arrives(1997, "Lucky Wheel")
    wheel = await shop.founds("Lucky wheel", "Everybody wins.", "lucky_wheel")
    bait = await shop.says(wheel.peer(shop), "You have won a telephone: pay the parcel, we send it today.")
    why = "A parcel fee for a prize that does not exist; forty people told us of the same sender."
    await m.watch.notices(FRAUD, why, f"lucky_wheel/{bait}", reference="VE-2077")
    await m.reports(m.bob, room, second, "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS/OTHER", "A private address.")


async def authorities(m: Month) -> None:
    """A court and an office are registered and vouched for."""
    m.world.at(4, 10)
    await m.desk.opens()


async def pursued(m: Month) -> None:
    """The court asks who sold the powder; two people stand behind the answer."""
    m.world.at(22, 14)
    await m.desk.identifies(m.mallory.phone)


async def commentators(m: Month) -> None:
    """The court asks for everybody who wrote in the square: refused, with a reason that is counted."""
    m.world.at(12, 9)
    await m.desk.refuses("the_square")


async def notice_of_leaving(m: Month) -> None:
    """"Pays Exemple" will be left."""
    m.world.at(13, 9)
    await m.desk.leaves()


async def tried(m: Month) -> None:
    """The hotline is tried."""
    m.world.at(15, 16)
    await m.carol.calls(f.account.UpdateUsername(username="carol_at_the_tower"))
    await m.desk.drills("carol_at_the_tower")


async def ordered(m: Month) -> None:
    """The banner is back; the office orders its removal by telephone, and it is hidden in the same minute."""
    m.world.at(18, 3)
    stranger = await m.world.arrives(1778, "Black Banner again")
    room = await stranger.founds("Banner two", "Join us again.", "banner_two")
    post = await stranger.says(room.peer(stranger), "The brothers need you. The attack is still to come.")
    m.world.at(18, 3, 20)
    await m.desk.removes(f"{m.world.address}/banner_two/{post}")


async def whispered(m: Month) -> None:
    """Alice and Bob say something nobody else can read."""
    m.world.at(21, 9)
    await m.desk.whispers(m.alice, m.bob)


async def demanded(m: Month) -> None:
    """The court demands the keys of it, which nobody has."""
    m.world.at(22, 9)
    await m.desk.has_no_keys(m.alice.phone)
    await pursued(m)


async def restored(m: Month) -> None:
    """Kits are made, and the service comes back from a sealed backup in another place."""
    m.world.at(16, 10)
    await m.desk.recovers()


async def back(m: Month) -> None:
    """"Pays Exemple" is open again."""
    m.world.at(28, 9)
    await m.desk.comes_back()


EVENTS: dict[int, Day] = {
    0: first_day, 3: statement, 4: authorities, 5: offer, 6: shop, 7: watched, 9: joke, 10: objection, 11: reversal,
    12: commentators, 13: notice_of_leaving, 14: wave, 15: tried, 16: restored, 17: call, 18: ordered, 20: child,
    21: whispered, 22: demanded, 23: unfounded, 24: adults, 25: dave_objects, 26: waiting, 27: upheld, 28: back,
    DAYS - 1: today,
}  # fmt: skip


async def live(world: World, say: Callable[[int, int], None]) -> None:
    """The month passes, day by day: news in the morning, what happens, talk in the evening, the night."""
    month = Month(world)
    for day in range(DAYS):
        if day:
            await month.morning(day)
        if event := EVENTS.get(day):
            await event(month)
            await world.settles()
        await month.evening(day)
        await world.night(day)
        say(day + 1, DAYS)
