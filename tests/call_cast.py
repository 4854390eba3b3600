"""The cast of the tests of calls: a line that plays and waits as told, and a caller who listens, presses."""

from __future__ import annotations

from dataclasses import dataclass, field

from tuidang.phone.call import (
    Answered,
    Call,
    CallBackStored,
    Command,
    Elapsed,
    Event,
    Failed,
    HungUp,
    Key,
    MakePin,
    NeverStored,
    PinMade,
    Play,
    Played,
    Script,
    StopPlaying,
    StoreCallBack,
    StoreNever,
    Wait,
    Withdraw,
    Withdrawn,
    begin,
    step,
)
from tuidang.phone.prompts import SPOKEN_ALIASES

SCRIPT = Script(
    messages=("message/news", "message/history"),
    aliases=SPOKEN_ALIASES,
    region="CN-HA",
    call_back=True,
    pin=True,
    hotline="0012025550123",
)
PIN = "480213"


def receipt_of(number: int) -> str:
    """Give the receipt that the line's register has for its statement `number`."""
    return f"{7_000_111_122_223_333 + number}"


@dataclass
class Line:
    """A call whose line stores at once, unless it is `broken`; what happens is kept in order."""

    script: Script = SCRIPT
    broken: bool = False
    call: Call = field(init=False)
    commands: list[Command] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    stored: dict[int, Withdraw] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.call = begin(self.script)

    def send(self, *events: Event) -> Line:
        """Send events, and carry the commands out that store."""
        for event in events:
            self.events.append(event)
            self.call, commands = step(self.call, event)
            self.commands.extend(commands)
            for command in commands:
                if answer := self._answer(command):
                    self.send(answer)
        return self

    def _answer(self, command: Command) -> Event | None:
        storing = isinstance(command, Withdraw | StoreNever | StoreCallBack | MakePin)
        if storing and self.broken:
            return None if self.call.ended else Failed()
        match command:
            case Withdraw(people, _, round_):
                self.stored.setdefault(round_, command)
                earlier = sum(len(self.stored[number].people) for number in range(round_))
                return Withdrawn(tuple(receipt_of(earlier + row) for row in range(len(people))))
            case StoreNever():
                return NeverStored()
            case StoreCallBack():
                return CallBackStored()
            case MakePin():
                return PinMade(PIN)
        return None

    def answer(self) -> Line:
        """Lift the handset."""
        return self.send(Answered())

    def press(self, keys: str) -> Line:
        """Press keys with a second between them."""
        for key in keys:
            self.send(Key(key))
            if self.call.held and self.call.playing:
                self.send(Elapsed())
        return self

    def listen(self) -> Line:
        """Hear what is being played to its end, and whatever follows by itself, until a key is awaited."""
        while self.call.playing and not self.call.ended:
            self.send(Played())
        return self

    def stay_silent(self) -> Line:
        """Listen, and say nothing for as long as is waited."""
        return self.listen().send(Elapsed())

    def hang_up(self) -> Line:
        """Put the handset down."""
        return self.send(HungUp())

    @property
    def sounds(self) -> list[str]:
        """All sounds that were begun."""
        return [sound for command in self.commands if isinstance(command, Play) for sound in command.sounds]

    @property
    def now_playing(self) -> tuple[str, ...]:
        """The sounds of the last Play."""
        return next(command.sounds for command in reversed(self.commands) if isinstance(command, Play))

    @property
    def storing(self) -> list[Command]:
        """The commands without those that only speak, wait or end."""
        kinds = (Withdraw, StoreNever, StoreCallBack, MakePin)
        return [command for command in self.commands if isinstance(command, kinds)]

    def count(self, kind: type[Play | StopPlaying | Wait]) -> int:
        """Count the commands of a kind."""
        return sum(isinstance(command, kind) for command in self.commands)


def at_alias() -> Line:
    """Bring somebody to his first alias: he leaves the League."""
    return Line().answer().press("92").stay_silent()


def at_confirmation() -> Line:
    """Bring somebody to the question whether all is right: he leaves the League as 金福."""
    return at_alias().press("12").listen()
