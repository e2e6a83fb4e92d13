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
        ("go", "Approve"), ("button", "Approve"), ("state", "approved")),
    job("officer", "Tick off an action point",
        ("go", "Done"), ("button", "Done"), ("state", "done")),
    job("officer", "Look up a partner before a meeting",
        ("find", "korea"), ("go", "South Korea"), ("says", "open action points")),
    job("officer", "Write down the minutes of a meeting",
        ("menu", "Partners and people", "Committee meetings"), ("choose", "State", "held"), ("button", "Show"),
        ("first",), ("go", "Write down minutes"),
        ("write", "Minutes", "A workshop was agreed."), ("button", "Save"), ("says", "A workshop was agreed.")),
    job("officer", "Begin to review an agreement that ends",
        ("menu", "Today", "Deadlines"), ("row", "(demonstration)"), ("go", "Review the renewal"),
        ("button", "Review the renewal"), ("state", "renewal under review")),

    job("attaché", "Log a contact",
        ("go", "Log a contact"), ("write", "who", "Karla Holm"), ("write", "What is it about?", "Membranes"),
        ("button", "Save"), ("says", "Karla Holm")),
    job("attaché", "Take up a request",
        ("go", "Take it up"), ("button", "Take it up"), ("state", "taken up")),
    job("attaché", "Ask a candidate",
        ("menu", "Today", "Waits for me"), ("go", "Ask the candidate"), ("button", "Ask the candidate"),
        ("state", "the question waits")),
    job("attaché", "Write a note from abroad",
        ("go", "New: report"), ("write", "Title", "Hydrogen in the south"), ("write", "Text", "Two plants."),
        ("button", "Save"), ("says", "Hydrogen in the south")),
    job("attaché", "Tick off an action point",
        ("go", "Done"), ("button", "Done"), ("state", "done")),

    job("advisor", "Log a contact",
        ("go", "Log a contact"), ("write", "who", "Linh Dahl"), ("write", "What is it about?", "Clean water"),
        ("button", "Save"), ("says", "Linh Dahl")),
    job("advisor", "Look up whom to send a firm to",
        ("menu", "Partners and people", "Find a centre"), ("row", "Seoul"), ("says", "Write to us")),
    job("advisor", "Write a note from abroad",
        ("go", "New: report"), ("write", "Title", "A law on water"), ("write", "Text", "In force in May."),
        ("button", "Save"), ("says", "A law on water")),
    job("advisor", "Be told what is written of the own country",
        ("menu", "Requests and knowledge", "Reports from abroad"), ("go", "Tell me what is new"),
        ("choose", "Country", "Vietnam"), ("button", "Save"), ("says", "Vietnam")),
    job("advisor", "Check a partner against the lists",
        ("menu", "Checks", "Check a partner"), ("write", "partner", "Institute of Rivers"),
        ("button", "Ask the lists"), ("says", "Who may work with whom")),

    job("assistant", "Log a contact",
        ("go", "Log a contact"), ("write", "who", "Per Lund"), ("write", "What is it about?", "A visit"),
        ("button", "Save"), ("says", "Per Lund")),
    job("assistant", "Take up a request",
        ("go", "Take it up"), ("button", "Take it up"), ("state", "taken up")),
    job("assistant", "Find somebody whom the centre knows",
        ("find", "agerskov mads"), ("go", "Mads Agerskov"), ("says", "Mads Agerskov")),
    job("assistant", "Note when a contact was met",
        ("menu", "Partners and people", "Contacts"), ("first",), ("go", "Edit"),
        ("write", "What to know", "Met at the fair."), ("button", "Save"), ("says", "Met at the fair.")),
    job("assistant", "Note that a participant comes",
        ("menu", "Stays and events", "Participants"), ("row", "Agerskov"), ("go", "Is coming"),
        ("button", "Is coming"), ("state", "is coming")),

    job("screener", "Screen an application",
        ("menu", "Programmes and money", "Applications"), ("row", "Networks for electrolysis"), ("go", "Screening"),
        ("says", "fulfilled")),
    job("screener", "Note an application as eligible",
        ("menu", "Programmes and money", "Applications"), ("row", "Networks for electrolysis"),
        ("go", "Note as eligible"), ("button", "Note as eligible"), ("state", "eligible")),
    job("screener", "Check a partner against the lists",
        ("menu", "Checks", "Check a partner"), ("write", "partner", "Institute of Tides"),
        ("button", "Ask the lists"), ("says", "Who may work with whom")),
    job("screener", "Answer the questions of a case",
        ("menu", "Checks", "Cases of safeguards"), ("row", "Institute of Tides"), ("go", "Edit"),
        ("write", "Advice", "Asked the legal office."), ("button", "Save"), ("says", "Asked the legal office.")),
    job("screener", "Decide anew where a decision has run out",
        ("go", "Decide anew"), ("write", "reason", "Two years are over."), ("button", "Decide anew"),
        ("state", "being prepared")),

    job("assessor", "Read what is to be judged",
        ("go", "Membranes for electrolysis"), ("says", "What the network is to do")),
    job("assessor", "Begin a review",
        ("go", "Superconducting readout"), ("go", "Write the review"), ("write", "assessment", "The plan is clear."),
        ("button", "Save"), ("says", "Saved")),
    job("assessor", "Write on where one stopped",
        ("go", "Superconducting readout"), ("go", "Write the review"), ("write", "The plan", "3"),
        ("button", "Save"), ("says", "Saved")),
    job("assessor", "Write a review and hand it in",
        ("go", "Membranes for electrolysis"), ("go", "Write the review"), ("write", "Quality of the network", "4"),
        ("write", "The plan", "4"), ("write", "assessment", "The partners fit."), ("button", "Save"),
        ("go", "Hand in the review"), ("button", "Hand in the review"), ("state", "handed in")),
    job("assessor", "Say that one has a conflict of interest",
        ("go", "Superconducting readout"), ("go", "I have a conflict of interest"),
        ("write", "reason", "We wrote together."), ("button", "I have a conflict"),
        ("says", "I have a conflict of interest")),

    job("applicant", "Find the calls that fit a sketch",
        ("menu", "Programmes and money", "Which money is open"), ("go", "Find calls for a project sketch"),
        ("write", "title", "Green hydrogen"), ("write", "what the project is about", "Hydrogen from wind"),
        ("button", "Find calls"), ("says", "hydrogen")),
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
    job("applicant", "Ask about what was handed in",
        ("menu", "Programmes and money", "Applications"), ("row", "Quiet readout"),
        ("write", "comment", "When is it decided?"), ("button", "Comment"), ("says", "When is it decided?")),

    job("guest", "Say that one comes",
        ("button", "Yes, I come"), ("says", "agreed"), start="guest:invited"),
    job("guest", "Note what is done",
        ("tick", "Proof of full funding"), ("button", "Note as done"), ("noted", "Proof of full funding"),
        start="guest:accepted"),
    job("guest", "Sign that one comes",
        ("tick", "The guest has signed"), ("button", "Note as done"), ("noted", "The guest has signed"),
        start="guest:arrived"),
    job("guest", "Write the report",
        ("write", "report", "Two drafts."), ("button", "Confirm it as my report"), ("says", "Two drafts."),
        start="guest:finished"),
    job("guest", "Apply for a stay",
        ("row", "Stays"), ("write", "Name", "Ana Lima"), ("write", "your e-mail", "ana@example.org"),
        ("write", "Institution", "Ipê University"), ("choose", "Country", "Brazil"), ("write", "First day", "05052027"),
        ("write", "Last day", "06062027"), ("choose", "wish number", "Ona Brightwater"), ("button", "Apply"),
        ("says", "Ana Lima"), start="/stays/",
        reason="who has no account says who they are, from where and when, a click for each of seven fields"),

    job("host", "Note that there is housing",
        ("tick", "Housing"), ("button", "Note as done"), ("noted", "Housing"), start="host:accepted"),
    job("host", "Note that buildings and systems are open to the guest",
        ("tick", "Access to buildings"), ("button", "Note as done"), ("noted", "Access to buildings"),
        start="host:accepted"),
    job("host", "Answer which guest one would receive",
        ("choose", "your answer", "would receive"), ("write", "your rank", "1", "spinbutton"),
        ("button", "Send the answer"), ("says", "Your answer is noted."), start="host:named"),
    job("host", "Note that desk and equipment are there",
        ("tick", "Desk and equipment"), ("button", "Note as done"), ("noted", "Desk and equipment"),
        start="host:arrived"),
    job("host", "Note that both have signed",
        ("tick", "The host and the head"), ("button", "Note as done"), ("noted", "The host and the head"),
        start="host:invited"),

    job("client", "Write to a centre",
        ("row", "Seoul"), ("write", "your name", "Karla Holm"), ("write", "your e-mail", "karla@example.org"),
        ("write", "What is it about?", "A partner for membranes"), ("button", "Send"), ("says", "Thank"),
        start="/abroad/?country=KR"),
    job("client", "Take back a choice from a short list",
        ("button", "Take it back"), ("says", "People for your request"), start="shortlist"),
    job("client", "Add something to one's request",
        ("menu", "Requests and knowledge", "Requests"), ("first",), ("write", "comment", "Two of us would come."),
        ("button", "Comment"), ("says", "Two of us would come.")),
    job("client", "Keep a search for money",
        ("menu", "Programmes and money", "Which money is open"), ("write", "words", "hydrogen"), ("button", "Show"),
        ("go", "Save this search"), ("write", "Name", "Hydrogen for us"), ("button", "Save"),
        ("says", "Hydrogen for us")),
    job("client", "Be told what attachés write of a country",
        ("menu", "Requests and knowledge", "Reports from abroad"), ("go", "Tell me what is new"),
        ("choose", "Country", "South Korea"), ("button", "Save"), ("says", "South Korea")),

    job("auditor", "See who changed an agreement",
        ("menu", "Partners and people", "Agreements"), ("first",), ("go", "History"), ("says", "created")),
    job("auditor", "See who decided on what was renewed",
        ("menu", "Today", "Activity"), ("row", "(demonstration)"), ("go", "History"), ("says", "Xenia Overgård")),
    job("auditor", "See who held a post, and who wrote it down",
        ("menu", "Today", "Who was where"), ("row", "Seoul"), ("go", "History"), ("says", "created")),
    job("auditor", "Ask about an agreement",
        ("menu", "Partners and people", "Agreements"), ("first",), ("write", "comment", "Who signed it?"),
        ("button", "Comment"), ("says", "Who signed it?")),
    job("auditor", "Keep a list that one looks at again",
        ("menu", "Partners and people", "Agreements"), ("choose", "State", "in force"), ("button", "Show"),
        ("write", "Name", "All in force"), ("button", "Keep"), ("says", "All in force")),

    job("administrator", "Give a role",
        ("menu", "Partners and people", "Mandates"), ("go", "New: mandate"), ("choose", "User", "Mads Agerskov"),
        ("choose", "Role", "Centre assistant"), ("write", "scope", "centre:boston"), ("button", "Save"),
        ("says", "centre:boston")),
    job("administrator", "Take a role back",
        ("menu", "Partners and people", "Mandates"), ("row", "Cecilie Tangvig"), ("go", "Edit"),
        ("write", "scope", "centre:munich"), ("button", "Save"), ("says", "centre:munich")),
    job("administrator", "See what works in the background",
        ("find", "› Work in the background"), ("says", "Work in the background")),
    job("administrator", "Make a key for a program",
        ("go", "Arjun Damholt"), ("write", "Name of the key", "statistics"), ("button", "Make a key"),
        ("says", "statistics")),
    job("administrator", "Keep a list that one looks at again",
        ("menu", "Partners and people", "Mandates"), ("choose", "Role", "Centre assistant"), ("button", "Show"),
        ("write", "Name", "Who assists"), ("button", "Keep"), ("says", "Who assists")),
)  # fmt: skip
