"""A reply that a real mail server could not deliver: its report attaches to what came back, and mails nobody."""

from __future__ import annotations

from pathlib import Path

from tests.command import PASSWORD, Running
from tests.journeys.test_operations_whole_path import MAIL, MAILBOX, REPLY, path_to, send
from tests.long import long
from tests.odd_smtp import OddServer
from tests.pace import wait_until
from tests.real_servers import Route, free_port, running_opensmtpd
from tests.visitor import Visitor


@long
def test_a_report_from_a_real_server_marks_the_answer_and_the_address_and_opens_nothing(
    own_installation: Path, tmp_path: Path
) -> None:
    smtp_port = free_port()
    with (
        OddServer(rcpt="550 5.1.1 No such person here") as customers,
        running_opensmtpd(
            Route("deklank.example", "smtp", smtp_port), Route("example.org", "smtp", customers.port)
        ) as relay,
    ):
        arguments = ("--dir", own_installation, "--port", "0", "--smtp-port", str(smtp_port), "--json")
        settings = {"relay_host": "127.0.0.1", "relay_port": str(relay.port), "relay_tls": "none"}
        serving = Running("serve", *arguments, log=tmp_path / "log", **settings)
        try:
            send(relay.port, MAILBOX, MAIL)
            staff = Visitor(int(serving.told["port"]))
            staff.sign_in("marlies@deklank.example", PASSWORD)
            path = path_to(staff, "Mijn zeldzame onderwerp")
            staff.submit(path, "seen", to=f"{path}reply/", text=REPLY)
            wait_until(lambda: "Het adres bestaat niet. (5.1.1)" in staff.get(path).text, "the report came back", 60)
            assert "Kwam terug: het is niet bezorgd." in staff.get(path).text
            assert "Mijn zeldzame onderwerp" in staff.get("/inbox/today/").text, "it stands among what did not arrive"
            mailed = [each for each in customers.commands if each.upper().startswith("RCPT")]
            assert len(mailed) == 2, "the acknowledgement and the answer, and no mail about the report"
        finally:
            serving.close()
