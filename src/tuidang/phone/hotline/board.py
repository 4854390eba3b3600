"""The switchboard: who calls, who waits, who talks with whom. Asterisk's events come in, requests go out.

What a caller hears is decided by `reception`, who is rung for whom by `queue`; here the two meet. A
conversation is a bridge in Asterisk: it goes on whether this process lives or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, assert_never

from tuidang.phone import queue as rules
from tuidang.phone import queue_values as q
from tuidang.phone import reception
from tuidang.phone import reception_values as r
from tuidang.phone.asterisk.config import MET_PERSON
from tuidang.phone.hotline.callers import Callers
from tuidang.phone.hotline.calls import TRUNK_FAILED, Conversation, Last, Leg, Role, mark_of

LOST_FOR: Final = 60.0  # seconds in which who lost his line comes back to his conversation
TRANSFER_FOR: Final = 20.0  # seconds in which a transfer is tried
_LINE_IS_DEAD: Final = frozenset({41, 44, 102, 127})  # causes (Q.850) of a line that broke: nobody hung up
_REFUSED: Final = frozenset({403, 486, 600, 603})  # SIP, by which a volunteer says that he will not


@dataclass
class Board(Callers):
    """All conversations of one Asterisk."""

    def is_up(self, channel: str, contact: str) -> None:
        """Note that a desk telephone was answered, by the page `contact`."""
        conversation = self._by_channel.get(channel)
        leg = conversation.legs.get(channel) if conversation else None
        if conversation is None or leg is None or leg.is_closing:
            self.wire.hang_up(channel)
            return
        leg.is_up, leg.contact = True, contact
        if leg.role is Role.QUEUE:
            self.turn(q.Answers(self.now, leg.desk))  # Bridge follows, unless the caller is gone
        elif leg.role is Role.OUT:
            self.doors.dial(conversation, leg)
        elif conversation.is_calling:
            self._hears_it_ring(conversation, leg)
        else:
            self.connect(conversation, leg)

    def is_gone(self, channel: str, cause: int = 0, sip: int = 0) -> None:
        """Note that a channel has ended."""
        conversation = self._by_channel.pop(channel, None)
        if conversation is None:
            return
        if channel == conversation.channel:
            self._caller_gone(conversation, sip)
            return
        leg = conversation.legs.pop(channel, None)
        if leg is None or leg.is_closing:
            return
        if not leg.is_up:
            self._not_answered(conversation, leg, sip)
        elif cause in _LINE_IS_DEAD:
            self.lose(conversation, leg.desk)
            if leg.is_own:  # no page signs in again: he is rung, once
                self.ring(conversation, leg.desk, Role.BACK)
                self.notes[leg.desk] = "lost"
        else:
            self._hung_up(conversation, leg.desk)

    # What volunteers and the queue want

    def turn(self, event: q.Event) -> None:
        """Give the queue an event, and do what it commands."""
        self.queue, commands = rules.step(self.queue, event, is_cut_off=self.is_cut_off())
        for command in commands:
            self._obey(command)

    def _obey(self, command: q.Command) -> None:
        match command:
            case q.SetAway(desk):
                self.notes[desk] = "missed"
                self.doors.send_away(desk)
            case q.AlertNobody(language):
                self.doors.alert(language)
            case _:
                if (conversation := self.calls.get(command.call)) is not None:
                    self._obey_for(conversation, command)

    def _obey_for(self, conversation: Conversation, command: q.OfCall) -> None:
        match command:
            case q.Ring(desk, _):
                self.ring(conversation, desk, Role.QUEUE)
            case q.StopRinging(desk, _):
                if (leg := conversation.leg_of(desk)) is not None and not leg.is_up:
                    self.end_leg(leg)
            case q.Bridge(desk, _):
                if (leg := conversation.leg_of(desk)) is not None:
                    self.connect(conversation, leg)
            case q.TellPosition(_, place, minutes):
                self.feed(conversation, r.Word(place, minutes))
            case q.OfferCallBack():
                self.feed(conversation, r.Offered())
            case q.ToMessage(_, why):
                self._nobody_comes(conversation, why.value)
            case _:
                assert_never(command)

    def ring(self, conversation: Conversation, desk: int, role: Role) -> None:
        """Let a desk telephone ring for a conversation."""
        one = self.queue.volunteers.get(desk)
        leg = conversation.next_ring(desk, role, own=one is not None and one.own)
        self._by_channel[leg.channel] = conversation
        self.notes.pop(desk, None)
        if role is Role.OUT:  # should nobody answer, nothing is said of the conversation before
            self.last.pop(desk, None)
        if leg.is_own:
            self.doors.ring_own(conversation, leg)
        else:
            self.wire.ring(desk, leg.channel, lambda: self.is_gone(leg.channel))

    def know(self, conversation: Conversation, leg: Leg) -> None:
        """Know a channel to a desk telephone that was there before us."""
        conversation.legs[leg.channel] = leg
        self._by_channel[leg.channel] = conversation
        self._note_last(conversation, leg.desk)

    def remember(self, conversation: Conversation) -> None:
        """Write down at the other side's channel what it is for."""
        self.wire.mark(conversation.channel, mark_of(conversation, self.clock))

    def _note_last(self, conversation: Conversation, desk: int) -> None:
        if desk not in self.last or self.last[desk].call != conversation.call:
            self.last[desk] = Last(conversation.call, conversation.kind)

    def connect(self, conversation: Conversation, leg: Leg) -> None:
        """Let a desk whose telephone was answered talk in a conversation."""
        for old in list(conversation.legs.values()):  # the page was loaded again: the old one's line is over
            if old.desk == leg.desk and old is not leg:
                self.end_leg(old)
        conversation.lost.pop(leg.desk, None)
        conversation.back, conversation.until = 0, 0.0
        self._note_last(conversation, leg.desk)
        self.notes.pop(leg.desk, None)
        if conversation.talks_since is None:
            conversation.talks_since = self.now
            if conversation.kind == "key-8":
                self.wire.tell(self.doors.dialler, MET_PERSON, conversation.channel)
        self.doors.guard.talks(conversation, leg.desk)
        self.settle(conversation, "answered")
        self.feed(conversation, r.Taken())
        if conversation.is_bridged and conversation.desks == [leg.desk]:
            # The other side was alone in there for a moment, and Asterisk does not send it the sound of who
            # comes next: in again with him.
            self.wire.part(conversation.bridge, conversation.channel)
            conversation.is_bridged = False
        missing = () if conversation.is_bridged else (conversation.channel,)
        self.wire.join(conversation.bridge, *missing, leg.channel)
        conversation.is_bridged = True

    def _hears_it_ring(self, conversation: Conversation, leg: Leg) -> None:
        """Let a volunteer go on waiting for whom he calls, in a page that was loaded again."""
        for old in list(conversation.legs.values()):
            if old.desk == leg.desk and old is not leg:
                self.end_leg(old)
        conversation.lost.pop(leg.desk, None)
        self.notes.pop(leg.desk, None)
        self.wire.ring_back(leg.channel, conversation.call)

    def set_aside(self, conversation: Conversation, event: r.PutAside | r.Requeued) -> None:
        """Let the other side hear what goes on instead of the volunteers."""
        if conversation.is_bridged:
            self.wire.part(conversation.bridge, conversation.channel)
            conversation.is_bridged = False
        self.feed(conversation, event)

    def end_leg(self, leg: Leg) -> None:
        """End a channel to a desk telephone."""
        if not leg.is_closing:
            leg.is_closing = True
            self.wire.hang_up(leg.channel)

    def end(self, conversation: Conversation) -> None:
        """End a conversation for all who are in it."""
        self.wire.hang_up(conversation.channel)
        if conversation.is_outward:
            self.doors.out_ended(conversation.call, 0)
        self.forget(conversation)

    def lose(self, conversation: Conversation, desk: int) -> None:
        """Note that a desk's line broke in a conversation: he may come back to it for a minute."""
        conversation.lost[desk] = self.now + LOST_FOR
        self.notes[desk] = "lost"
        is_alone = not conversation.desks and not conversation.is_calling
        if is_alone and conversation.caller.at is not r.At.HELD:
            self.set_aside(conversation, r.PutAside("lost"))

    def requeue(self, conversation: Conversation, *, language: str = "", passed: int = 0) -> None:
        """Let somebody wait again, before all who came later; whom we called does not wait for us."""
        if conversation.is_outward:
            self.end(conversation)
            return
        self.set_aside(conversation, r.Requeued(language))
        self.enqueue(conversation, passed=passed)

    def tick(self) -> None:
        """Do what follows from the time."""
        for conversation in list(self.calls.values()):
            for desk, until in list(conversation.lost.items()):
                if self.now >= until:
                    self._given_up(conversation, desk)
            if conversation.back and self.now >= conversation.until:
                self.bring_back(conversation)
        self.turn(q.Tick(self.now))

    def bring_back(self, conversation: Conversation) -> None:
        """Return a conversation to the desk that handed it on; nobody took it."""
        desk, conversation.back, conversation.until = conversation.back, 0, 0.0
        for leg in list(conversation.legs.values()):
            if not leg.is_up and not leg.is_closing:
                self.end_leg(leg)
                self.turn(q.Released(self.now, leg.desk))
        self.turn(q.Leaves(self.now, conversation.call))
        one = self.queue.volunteers.get(desk)
        if one is not None and one.act in {q.Act.IDLE, q.Act.WRAP_UP} and one.duty is not q.Duty.GONE:
            self.turn(q.Engages(self.now, desk, conversation.call))
            self.ring(conversation, desk, Role.BACK)
            self.notes[desk] = "nobody-answered"
        else:
            self.requeue(conversation, passed=desk)

    def _nobody_comes(self, conversation: Conversation, why: str) -> None:
        if conversation.back:
            self.bring_back(conversation)
            return
        self.settle(conversation, "to_message")
        self.feed(conversation, r.NobodyComes(why))

    # How it ends

    def _caller_gone(self, conversation: Conversation, sip: int) -> None:
        if conversation.is_outward:
            if conversation.talks_since is None:
                for desk in conversation.desks:
                    self.notes[desk] = "not-answered"
            self.doors.out_ended(conversation.call, sip)
        self.settle(conversation, "abandoned")
        self.forget(conversation)

    def forget(self, conversation: Conversation) -> None:
        """Let go of everything of a conversation but the other side's channel."""
        self.calls.pop(conversation.call, None)
        self._by_channel.pop(conversation.channel, None)
        if conversation.timer is not None:
            conversation.timer.cancel()
        self.turn(q.Leaves(self.now, conversation.call))
        if conversation.talks_since is not None:
            talked = self.now - conversation.talks_since
            self.doors.guard.learn(conversation, talked)
            if not conversation.is_outward:
                self.counts.add(conversation.caller.language, talk_seconds=talked)
            self.wire.close(conversation.bridge)
        conversation.caller = reception.step(conversation.caller, r.HungUp())[0]
        for leg in list(conversation.legs.values()):
            if not leg.is_closing:
                self.end_leg(leg)
                self.turn((q.Ends if leg.is_up else q.Released)(self.now, leg.desk))
        for desk in conversation.lost:
            self.turn(q.Ends(self.now, desk))

    def forget_note(self, desk: int, duty: q.Duty) -> None:
        """Let go of what was told to somebody who is back, or new at a desk."""
        known = self.queue.volunteers.get(desk)
        if duty is q.Duty.READY and (known is None or known.duty is not q.Duty.READY):
            self.notes.pop(desk, None)

    def _not_answered(self, conversation: Conversation, leg: Leg, sip: int) -> None:
        # Only in a browser does an answer that says no come from himself.
        refused = sip in _REFUSED and not leg.is_own
        self.notes[leg.desk] = "" if refused else "not-reached"
        match leg.role:
            case Role.QUEUE if leg.is_own and sip not in TRUNK_FAILED:
                self.notes[leg.desk] = "not-taken"
                self.turn(q.Missed(self.now, leg.desk))
            case Role.QUEUE:
                self.turn(q.Declines(self.now, leg.desk, refused))
            case Role.TRANSFER:
                self.turn(q.Released(self.now, leg.desk))
                self.bring_back(conversation)
            case Role.JOIN:
                self.turn(q.Released(self.now, leg.desk))
                for desk in conversation.desks:
                    self.notes[desk] = "nobody-answered"
            case Role.BACK if leg.desk in {*conversation.lost, *conversation.desks}:
                pass  # he may come again until his minute is over, or never was away
            case Role.BACK:
                self.turn(q.Released(self.now, leg.desk))
                self.requeue(conversation, passed=leg.desk)
            case Role.OUT:
                self.turn(q.Released(self.now, leg.desk))
                self.end(conversation)
            case _:
                assert_never(leg.role)

    def _hung_up(self, conversation: Conversation, desk: int) -> None:
        """Let a desk go; with the last one the conversation ends, unless another may come back."""
        self.turn(q.Ends(self.now, desk))
        if not conversation.desks and not conversation.lost:
            self.end(conversation)

    def _given_up(self, conversation: Conversation, desk: int) -> None:
        conversation.lost.pop(desk, None)
        self.notes.pop(desk, None)
        if (leg := conversation.leg_of(desk)) is not None:
            self.end_leg(leg)
        self.turn(q.Ends(self.now, desk))
        if not conversation.desks and not conversation.lost:
            self.requeue(conversation, passed=desk)
