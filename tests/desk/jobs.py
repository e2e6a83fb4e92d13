"""The five commonest jobs of each role, each as steps by role and name, once for all passes.

A job begins at the start page of whoever has an account, else at the address in a mail (`start` names one of `LINKS`).
"""

from __future__ import annotations

from dataclasses import dataclass

Step = tuple[str, ...]


@dataclass(frozen=True)
class Job:
    """What somebody comes to do; the last step says by what the page shows that it is done."""

    role: str
    name: str
    steps: tuple[Step, ...]
    start: str = ""  #: a name of `LINKS`, or an address without its language
    reason: str = ""  #: why it takes more than ten clicks


def job(role: str, name: str, *steps: Step, start: str = "", reason: str = "") -> Job:
    return Job(role, name, steps, start, reason)


#: role of a job → the demonstration's account that does it; none for whoever comes by a link in a mail, or as a visitor
PLAYED_BY = {
    "officer": "officer@demo.example",
    "attaché": "attache.seoul@demo.example",
    "advisor": "advisor@demo.example",
    "assistant": "assistant@demo.example",
    "screener": "officer2@demo.example",
    "assessor": "reviewer@demo.example",
    "applicant": "client@demo.example",
    "guest": "",
    "host": "",
    "client": "client@demo.example",
    "auditor": "auditor@demo.example",
    "administrator": "administrator@demo.example",
}

#: prints the addresses of mails in a desk, without their language
LINKS = """
from udsyn.desk.rooms.service import links as service
from udsyn.desk.rooms.service.models import Link
from udsyn.desk.rooms.stays import links as stays
from udsyn.desk.rooms.stays.models import Host, Stay
def path(address):
    return "/" + address.split("/", 4)[4]
found = {f"{part}:{row.state}": path(stays.address(part, row, "en")) for row in Stay.objects.order_by("-pk")
         for part in ("guest", "host")}
found |= {"host:named": path(stays.address("answer", Host.objects.filter(state="named").order_by("pk").first(), "en"))}
found |= {row.purpose: path(service.address(row, "en")) for row in Link.objects.all() if service.holds(row)}
print(json.dumps(found))
"""

JOBS = (
    job("officer", "Decide what keeps the holder of a grant waiting",
        ("go", "Approve"), ("button", "Approve"), ("says", "approved")),
    job("officer", "Tick off an action point",
        ("go", "Done"), ("button", "Done"), ("says", "done")),
    job("officer", "Look up a partner before a meeting",
        ("find", "korea"), ("go", "South Korea"), ("says", "open action points")),
    job("officer", "Write down the minutes of a meeting",
        ("menu", "Partners and people", "Committee meetings"), ("choose", "State", "held"), ("button", "Show"),
        ("first",), ("go", "Write down minutes"),
        ("write", "Minutes", "A workshop was agreed."), ("button", "Save"), ("says", "A workshop was agreed.")),
    job("officer", "See which agreements are to be decided on",
        ("menu", "Today", "Deadlines"), ("row", "(demonstration)"), ("says", "renewal")),

    job("attaché", "Log a contact",
        ("go", "Log a contact"), ("write", "who", "Karla Holm"), ("write", "What is it about?", "Membranes"),
        ("button", "Save"), ("says", "Karla Holm")),
    job("attaché", "Take up a request",
        ("go", "Take it up"), ("button", "Take it up"), ("says", "taken up")),
    job("attaché", "Ask a candidate",
        ("menu", "Today", "Waits for me"), ("go", "Ask the candidate"), ("button", "Ask the candidate"),
        ("says", "candidate")),
    job("attaché", "Write a note from abroad",
        ("go", "New: report"), ("write", "Title", "Hydrogen in the south"), ("write", "Text", "Two plants."),
        ("button", "Save"), ("says", "Hydrogen in the south")),
    job("attaché", "Tick off an action point",
        ("go", "Done"), ("button", "Done"), ("says", "done")),

    job("advisor", "Look up whom to send a firm to",
        ("menu", "Partners and people", "Find a centre"), ("row", "Seoul"), ("says", "Write to us")),
    job("advisor", "Write a note from abroad",
        ("go", "New: report"), ("write", "Title", "A law on water"), ("write", "Text", "In force in May."),
        ("button", "Save"), ("says", "A law on water")),
    job("advisor", "Look up the own country",
        ("find", "vietnam"), ("go", "Vietnam"), ("says", "Vietnam")),
    job("advisor", "See which tenders fit",
        ("menu", "Requests and knowledge", "Tenders"), ("says", "Tenders")),
    job("advisor", "Check a partner against the lists",
        ("menu", "Checks", "Check a partner"), ("write", "partner", "Institute of Rivers"),
        ("button", "Ask the lists"), ("says", "Who may work with whom")),

    job("assistant", "Log a contact",
        ("go", "Log a contact"), ("write", "who", "Per Lund"), ("write", "What is it about?", "A visit"),
        ("button", "Save"), ("says", "Per Lund")),
    job("assistant", "Take up a request",
        ("go", "Take it up"), ("button", "Take it up"), ("says", "taken up")),
    job("assistant", "Find somebody whom the centre knows",
        ("find", "agerskov mads"), ("go", "Mads Agerskov"), ("says", "Mads Agerskov")),
    job("assistant", "Note when a contact was met",
        ("menu", "Partners and people", "Contacts"), ("first",), ("go", "Edit"),
        ("write", "What to know", "Met at the fair."), ("button", "Save"), ("says", "Met at the fair.")),
    job("assistant", "See who comes to an event",
        ("menu", "Stays and events", "Participants"), ("first",), ("says", "participant")),

    job("screener", "Screen an application",
        ("menu", "Programmes and money", "Applications"), ("row", "Networks for electrolysis"), ("go", "Screening"),
        ("says", "fulfilled")),
    job("screener", "Note an application as eligible",
        ("menu", "Programmes and money", "Applications"), ("row", "Networks for electrolysis"),
        ("go", "Note as eligible"), ("button", "Note as eligible"), ("says", "eligible")),
    job("screener", "Check a partner against the lists",
        ("menu", "Checks", "Check a partner"), ("write", "partner", "Institute of Tides"),
        ("button", "Ask the lists"), ("says", "Who may work with whom")),
    job("screener", "Answer the questions of a case",
        ("menu", "Checks", "Cases of safeguards"), ("row", "Institute of Tides"), ("go", "Edit"),
        ("write", "Advice", "Asked the legal office."), ("button", "Save"), ("says", "Asked the legal office.")),
    job("screener", "Decide anew where a decision has run out",
        ("go", "Decide anew"), ("write", "reason", "Two years are over."), ("button", "Decide anew"),
        ("says", "being prepared")),

    job("assessor", "Read what is to be judged",
        ("go", "Membranes for electrolysis"), ("says", "What the network is to do")),
    job("assessor", "Begin a review",
        ("go", "Superconducting readout"), ("go", "Write the review"), ("write", "assessment", "The plan is clear."),
        ("button", "Save"), ("says", "Saved")),
    job("assessor", "Write a review and hand it in",
        ("go", "Membranes for electrolysis"), ("go", "Write the review"), ("write", "Quality of the network", "4"),
        ("write", "The plan", "4"), ("write", "assessment", "The partners fit."), ("button", "Save"),
        ("go", "Hand in the review"), ("button", "Hand in the review"), ("says", "handed in")),
    job("assessor", "Say that one has a conflict of interest",
        ("go", "Superconducting readout"), ("go", "I have a conflict of interest"),
        ("write", "reason", "We wrote together."), ("button", "I have a conflict"),
        ("says", "I have a conflict of interest")),
    job("assessor", "See all own reviews",
        ("menu", "Waits for me"), ("says", "Waits for me")),

    job("applicant", "Find a call that is open",
        ("menu", "Programmes and money", "Calls for applications"), ("row", "Networks"), ("says", "Deadline")),
    job("applicant", "Begin an application",
        ("menu", "Programmes and money", "Calls for applications"), ("row", "Networks"),
        ("write", "title of your project", "Quiet ice"), ("button", "Begin an application"), ("says", "Quiet ice")),
    job("applicant", "Write on",
        ("go", "A network on cold catalysis"), ("go", "Answer the questions"),
        ("write", "What the network is to do", "Two visits."),
        ("button", "Save"), ("says", "Saved")),
    job("applicant", "Name a partner",
        ("go", "A network on cold catalysis"), ("go", "Name the partners"), ("write", "Contact person", "Aino Lahti"),
        ("button", "Save"), ("says", "Saved")),
    job("applicant", "See what happens to what was handed in",
        ("menu", "Programmes and money", "Applications"), ("row", "Quiet readout"), ("says", "Handed in")),

    job("guest", "Say that one comes",
        ("button", "Yes, I come"), ("says", "agreed"), start="guest:invited"),
    job("guest", "Note what is done",
        ("tick", "Proof of full funding"), ("button", "Note as done"), ("says", "done"), start="guest:accepted"),
    job("guest", "Look up where and with whom",
        ("says", "Address of the work"), start="guest:accepted"),
    job("guest", "Write the report",
        ("write", "report", "Two drafts."), ("button", "Confirm it as my report"), ("says", "Two drafts."),
        start="guest:finished"),
    job("guest", "Find a round that is open",
        ("row", "Stays"), ("says", "Apply"), start="/stays/"),

    job("host", "Note that there is housing",
        ("tick", "Housing"), ("button", "Note as done"), ("says", "done"), start="host:accepted"),
    job("host", "Look up when the guest comes",
        ("says", "Address of the work"), start="host:accepted"),
    job("host", "Answer which guest one would receive",
        ("choose", "your answer", "would receive"), ("write", "your rank", "1", "spinbutton"),
        ("button", "Send the answer"), ("says", "Your answer is noted."), start="host:named"),
    job("host", "Note that desk and equipment are there",
        ("tick", "Desk and equipment"), ("button", "Note as done"), ("says", "done"), start="host:arrived"),
    job("host", "Note that both have signed",
        ("tick", "The host and the head"), ("button", "Note as done"), ("says", "done"), start="host:invited"),

    job("client", "Write to a centre",
        ("row", "Seoul"), ("write", "your name", "Karla Holm"), ("write", "your e-mail", "karla@example.org"),
        ("write", "What is it about?", "A partner for membranes"), ("button", "Send"), ("says", "Thank"),
        start="/abroad/?country=KR"),
    job("client", "Take back a choice from a short list",
        ("button", "Take it back"), ("says", "People for your request"), start="shortlist"),
    job("client", "See where one's request stands",
        ("menu", "Requests and knowledge", "Requests"), ("first",), ("says", "State")),
    job("client", "See which money is open",
        ("menu", "Programmes and money", "Which money is open"), ("says", "money")),
    job("client", "Read what an attaché wrote home",
        ("menu", "Requests and knowledge", "Reports from abroad"), ("row", "Green hydrogen"), ("says", "hydrogen")),

    job("auditor", "See who changed an agreement",
        ("menu", "Partners and people", "Agreements"), ("first",), ("go", "History"), ("says", "created")),
    job("auditor", "See who decided on a round",
        ("menu", "Today", "Activity"), ("says", "Activity")),
    job("auditor", "See who was where on a day",
        ("menu", "Today", "Who was where"), ("says", "Seoul")),
    job("auditor", "Read the register of processing",
        ("menu", "Checks", "Register of processing"), ("says", "purpose")),
    job("auditor", "See who read what is sensitive",
        ("menu", "Checks", "Who read what is sensitive"), ("says", "Who read what is sensitive")),

    job("administrator", "Give a role",
        ("menu", "Partners and people", "Mandates"), ("go", "New: mandate"), ("choose", "User", "Mads Agerskov"),
        ("choose", "Role", "Centre assistant"), ("write", "Scope", "centre:boston"), ("button", "Save"),
        ("says", "centre:boston")),
    job("administrator", "Take a role back",
        ("menu", "Partners and people", "Mandates"), ("row", "Cecilie Tangvig"), ("go", "Edit"),
        ("write", "Scope", "centre:munich"), ("button", "Save"), ("says", "centre:munich")),
    job("administrator", "See what works in the background",
        ("find", "› Work in the background"), ("says", "Work in the background")),
    job("administrator", "See what was done today",
        ("menu", "Today", "Activity"), ("says", "Activity")),
    job("administrator", "Take in a list",
        ("menu", "Today", "Imports"), ("says", "guests-autumn.csv")),
)  # fmt: skip
