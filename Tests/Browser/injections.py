"""Texts that try to run when a page takes them for more than text, and how a test sees that none did."""

from people import Person

# {} is the number of the place where it was typed. What would come to life carries `data-injected`, or asks for /injected.
SHORT = [
    "<script data-injected>ran={}</script>",
    '"><svg data-injected onload=top.ran={}>',
    "<b data-injected>{}</b>",
    "javascript:top.ran={}//",
    "'><p data-injected onclick=top.ran={}>",
    "&lt;i data-injected&gt;{}",
    "</title><u data-injected>{}</u>",
]
LONG = SHORT + [
    "<img src=/injected/{} data-injected onerror=top.ran={}>",
    '<iframe data-injected srcdoc="<script>top.ran={}</script>"></iframe>',
    "<a data-injected href=javascript:top.ran={}>x</a>",
    "</script><script data-injected src=/injected/{}></script>",
    "' autofocus data-injected onfocus=top.ran={} x='",
    "</textarea></style><style data-injected>@import '/injected/{}';</style>",
    "${{top.ran={}}}{{{{constructor.constructor('top.ran={}')()}}}}",
    "%3Cimg data-injected src=x onerror=top.ran={}%3E",
    "<math><mi data-injected xlink:href='data:text/html,<script>top.ran={}</script>'>",
    "<form data-injected action=javascript:top.ran={}><button>x</button></form>",
    '=HYPERLINK("http://injected.example/{}")',
]
NAME_CHARACTERS = 40

# What stands on the page as text, also where no text node holds it: fields, names for screen readers, closed lists.
STANDING = """
() => {
    const texts = [];
    const walk = (root) => {
        for (const element of root.querySelectorAll('*')) {
            if ('value' in element && typeof element.value === 'string') texts.push(element.value);
            for (const name of ['aria-label', 'title', 'alt', 'placeholder']) if (element.hasAttribute(name)) texts.push(element.getAttribute(name));
            if (element.shadowRoot) walk(element.shadowRoot);
        }
        texts.push(root.textContent ?? root.body?.textContent ?? '');
    };
    walk(document);
    texts.push(document.body.textContent, document.title);
    return texts.join('\\n');
}
"""

# Elements and addresses that no page of ours makes.
ALIVE = """
() => {
    const found = [];
    const walk = (root) => {
        for (const element of root.querySelectorAll('*')) {
            const handlers = element.getAttributeNames().filter((name) => name.startsWith('on'));
            const leads = ['href', 'src', 'action', 'formaction', 'srcdoc', 'xlink:href', 'data']
                .some((name) => /^\\s*(javascript|vbscript|data:text)/i.test(element.getAttribute(name) ?? ''));
            if (element.hasAttribute('data-injected') || handlers.length || leads || element.localName === 'iframe') found.push(element.outerHTML);
            if (element.shadowRoot) walk(element.shadowRoot);
        }
    };
    walk(document);
    if ('ran' in window) found.push(`ran: ${window.ran}`);
    return found;
}
"""


class Planted:
    """Hands out hostile texts, each by the name of the place where it is typed."""

    def __init__(self):
        self.texts: dict[str, str] = {}
        self.seen: set[str] = set()
        """Places whose text some page has shown."""

    @property
    def unseen(self) -> set[str]:
        return set(self.texts) - self.seen

    def short(self, place: str) -> str:
        number = len(self.texts) + 1
        return self.keep(place, SHORT[number % len(SHORT)].replace("{}", str(number)))

    def long(self, place: str, limit: int = 500) -> str:
        """As many of them as fit, from another one on each time."""
        number, text = len(self.texts) + 1, ""
        for step in range(len(LONG)):
            one = LONG[(number + step) % len(LONG)].replace("{}", str(number)).replace("{{", "{").replace("}}", "}")
            if len(text) + len(one) < limit:
                text += one + " "
        return self.keep(place, text.strip())

    def keep(self, place: str, text: str) -> str:
        assert place not in self.texts
        self.texts[place] = text
        return text

    def __getitem__(self, place: str) -> str:
        return self.texts[place]


class Watch:
    """A person's page, watched for anything that comes to life."""

    def __init__(self, person: Person, planted: Planted):
        self.person, self.page, self.planted = person, person.page, planted
        self.happened: list[str] = []
        self.page.on("dialog", lambda dialog: (self.happened.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: self.happened.append(request.url) if "injected" in request.url.split("#")[0] else None)
        self.page.on("popup", lambda page: self.happened.append(f"popup: {page.url}"))

    def shows(self, *places: str) -> None:
        """Waits until the texts of these places stand on the page letter by letter, and finds nothing alive there."""

        def missing() -> list[str]:
            standing = self.page.evaluate(STANDING)
            self.planted.seen |= {place for place, text in self.planted.texts.items() if text in standing}
            return [place for place in places if self.planted[place] not in standing]

        try:
            self.person.until(lambda: not missing(), f"{places} on {self.page.url}")
        except AssertionError as error:
            raise AssertionError(f"not shown on {self.page.url}: {[(one, self.planted[one]) for one in missing()]}") from error
        self.is_calm()

    def is_calm(self) -> None:
        # A second look, after the page's own work has had a turn.
        self.page.wait_for_function("() => document.readyState === 'complete'")
        assert self.page.evaluate(ALIVE) == []
        assert self.happened == []
