#!/usr/bin/env python3
"""Makes a corpus of made-up papers and of what telephones make of them, with what the gate should say of each.

    make_corpus.py FOLDER [--seed N] [--scale N]

The folder gets pictures, PDFs and manifest.json. The same seed gives the same papers. Nobody in them exists and every paper says 样例.
"""
import argparse
import io
import json
import random
from pathlib import Path

import camera
import numpy as np
import papers
from people import Business, Person
from PIL import Image, ImageFilter

TODAY = "2026-11-23"
MATERIALS = {
    "identity_front": "身份证件", "identity_back": "身份证件", "licence": "营业执照", "letter": "代理委托书", "form": "《变更税务登记表》",
    "lease": "房屋(店铺)租赁合同",
}


class Corpus:
    def __init__(self, folder: Path, seed: int):
        self.folder = folder
        self.chance = random.Random(seed)
        self.numbers = np.random.default_rng(seed)
        self.entries = []
        folder.mkdir(parents=True, exist_ok=True)

    # Papers

    def subject(self, kind: str, valid=True, validity=None) -> dict:
        """A paper with the case that it belongs to."""
        chance = self.chance
        person, business = Person(chance, valid), Business(chance, valid)
        expectations = {"names": [], "residentNumbers": [], "creditCodes": []}
        if kind == "identity_front":
            paper = papers.identity_front(chance, person)
            expectations.update(names=[person.name], residentNumbers=[person.number] if valid else [])
        elif kind == "identity_back":
            paper = papers.identity_back(chance, person, validity or self.validity(expired=False))
            expectations.update(names=[person.name], residentNumbers=[person.number])
        elif kind == "licence":
            paper = papers.licence(chance, business, validity)
            expectations.update(names=[business.name, business.head.name], creditCodes=[business.code] if valid else [])
        elif kind == "letter":
            paper = papers.letter(chance, business, person)
            expectations.update(names=[business.name, person.name], residentNumbers=[person.number], creditCodes=[business.code])
        elif kind == "form":
            paper = papers.form(chance, business)
            expectations.update(names=[business.name], creditCodes=[business.code])
        else:
            paper = papers.lease(chance, business)
            expectations.update(names=[business.name, business.head.name], creditCodes=[business.code])
        return {"kind": kind, "paper": paper, "expectations": expectations}

    def validity(self, expired: bool) -> str:
        chance = self.chance
        years = chance.choice([10, 20])
        if expired:
            end = chance.randint(2016, 2025)
        elif chance.random() < 0.25:
            return f"{chance.randint(2010, 2024)}.{chance.randint(1, 12):02}.{chance.randint(1, 28):02}-长期"
        else:
            end = chance.randint(2027, 2043)
        month, day = chance.randint(1, 12), chance.randint(1, 28)
        return f"{end - years}.{month:02}.{day:02}-{end}.{month:02}.{day:02}"

    # Pictures

    def shot(self, paper: Image.Image, **how) -> Image.Image:
        size = (1800, 2400) if paper.height > paper.width else (2400, 1800)
        how.setdefault("tilt", self.numbers.uniform(-4, 4))
        how.setdefault("fill", self.numbers.uniform(0.8, 0.92))
        return camera.photograph(self.numbers, paper, size, **how)

    def finish(self, picture: Image.Image, **how) -> Image.Image:
        return camera.sensor(self.numbers, camera.light(self.numbers, picture), **how)

    def save(self, picture: Image.Image, name: str, quality=None) -> str:
        path = f"{name}.jpg"
        picture.save(self.folder / path, quality=quality or self.chance.randint(82, 93))
        return path

    def add(self, path: str, subject: dict, variant: str, expected: list[str], material=None, expectations=None, group=None):
        self.entries.append({
            "file": path, "variant": variant, "kind": subject["kind"], "expected": expected, "materialName": material or MATERIALS[subject["kind"]],
            "expectations": expectations or subject["expectations"], "group": group,
        })

    def name(self, variant: str) -> str:
        return f"{len(self.entries):04}-{variant}"

    # Variants

    def good(self, kind: str):
        subject = self.subject(kind)
        self.add(self.save(self.finish(self.shot(subject["paper"])), self.name("good")), subject, "good", [])

    def hard(self, kind: str, way: str):
        """What a careless gate would complain of."""
        subject = self.subject(kind)
        paper, shot = subject["paper"], None
        if way == "tilted":
            shot = self.shot(paper, tilt=self.numbers.uniform(6, 11) * self.chance.choice([-1, 1]), fill=0.76)
        elif way == "tight":
            shot = self.shot(paper, fill=0.985, tilt=self.numbers.uniform(-0.4, 0.4), bend=0.004)
        elif way == "dim":
            shot = camera.light(self.numbers, self.shot(paper), gain=self.numbers.uniform(0.55, 0.68))
        elif way == "soft":
            picture = self.finish(self.shot(paper), focus=self.numbers.uniform(1.4, 1.9))
            self.add(self.save(picture, self.name("hard-soft")), subject, "hard-soft", [])
            return
        elif way == "bright":
            picture = camera.sensor(self.numbers, camera.light(self.numbers, self.shot(paper), gain=self.numbers.uniform(1.06, 1.18)))
            self.add(self.save(picture, self.name("hard-bright")), subject, "hard-bright", [])
            return
        elif way == "scan":
            self.add(self.save(paper, self.name("hard-scan"), 88), subject, "hard-scan", [])
            return
        elif way == "small":
            picture = self.finish(self.shot(paper))
            picture = picture.resize((picture.width * 2 // 3, picture.height * 2 // 3), Image.LANCZOS)
            self.add(self.save(picture, self.name("hard-small")), subject, "hard-small", [])
            return
        elif way == "png":
            path = f"{self.name('hard-png')}.png"
            paper.resize((paper.width * 3 // 4, paper.height * 3 // 4), Image.LANCZOS).save(self.folder / path)
            self.add(path, subject, "hard-png", [])
            return
        self.add(self.save(self.finish(shot), self.name(f"hard-{way}")), subject, f"hard-{way}", [])

    def blurred(self, kind: str):
        subject = self.subject(kind)
        lit = camera.light(self.numbers, self.shot(subject["paper"]))
        if self.chance.random() < 0.5:
            # A card's letters are larger than a page's, so it takes more to lose them.
            picture = lit.filter(ImageFilter.GaussianBlur(self.numbers.uniform(6, 11)))
        else:
            picture = camera.shaken(self.numbers, lit, self.chance.randint(26, 48))
        self.add(self.save(camera.sensor(self.numbers, picture), self.name("blurred")), subject, "blurred", ["blurred"])

    def dark(self, kind: str):
        subject = self.subject(kind)
        picture = camera.light(self.numbers, self.shot(subject["paper"]), gain=self.numbers.uniform(0.08, 0.24))
        self.add(self.save(camera.sensor(self.numbers, picture, noise=5), self.name("dark")), subject, "dark", ["dark"])

    def glare(self, kind: str):
        subject = self.subject(kind)
        picture = camera.glare(self.numbers, camera.light(self.numbers, self.shot(subject["paper"])))
        self.add(self.save(camera.sensor(self.numbers, picture), self.name("glare")), subject, "glare", ["glare"])

    def cut(self, kind: str):
        subject = self.subject(kind)
        side = self.chance.choice([(-1, 0), (1, 0), (0, -1), (0, 1)])
        away = self.numbers.uniform(0.16, 0.28)
        picture = self.shot(subject["paper"], shift=(side[0] * away, side[1] * away), fill=0.84)
        self.add(self.save(self.finish(picture), self.name("cut")), subject, "cut", ["cut-corner"])

    def low_resolution(self, kind: str):
        subject = self.subject(kind)
        picture = self.finish(self.shot(subject["paper"]))
        scale = self.numbers.uniform(330, 520) / max(picture.size)
        picture = picture.resize((int(picture.width * scale), int(picture.height * scale)), Image.LANCZOS)
        self.add(self.save(picture, self.name("small"), 85), subject, "low-resolution", ["low-resolution"])

    def sideways(self, kind: str):
        subject = self.subject(kind)
        picture = self.finish(self.shot(subject["paper"])).rotate(self.chance.choice([90, 180, 270]), expand=True)
        self.add(self.save(picture, self.name("sideways")), subject, "sideways", ["sideways"])

    def wrong(self, kind: str):
        """Another paper of the same person, or none that any hall asks for."""
        subject = self.subject(kind)
        others = [other for other in MATERIALS if MATERIALS[other] != MATERIALS[kind]]
        other = self.chance.choice(others)
        expectations = {"names": [], "residentNumbers": [], "creditCodes": []}
        if self.chance.random() < 0.25:
            subject = {"kind": "menu", "paper": papers.menu(self.chance)}
        picture = self.finish(self.shot(subject["paper"]))
        self.add(self.save(picture, self.name("wrong")), subject, "wrong-document", ["wrong-document"], MATERIALS[other], expectations)

    def expired(self, kind: str):
        if kind == "identity_back":
            subject = self.subject(kind, validity=self.validity(expired=True))
        else:
            start, end = self.chance.randint(2004, 2012), self.chance.randint(2016, 2025)
            subject = self.subject(kind, validity=f"{start}年03月08日至{end}年03月07日")
        self.add(self.save(self.finish(self.shot(subject["paper"])), self.name("expired")), subject, "expired", ["expired"])

    def mismatch(self, kind: str, what: str):
        subject, other = self.subject(kind), self.subject(kind)
        expectations = dict(subject["expectations"])
        expected = []
        if what == "name":
            expectations["names"] = other["expectations"]["names"]
            expected = ["name-mismatch"]
            if set(expectations["names"]) & set(subject["expectations"]["names"]):
                return
        else:
            for field in ("residentNumbers", "creditCodes"):
                expectations[field] = other["expectations"][field]
            expected = ["number-mismatch"]
        self.add(self.save(self.finish(self.shot(subject["paper"])), self.name(f"{what}-mismatch")), subject, f"{what}-mismatch", expected, None, expectations)

    def invalid(self, kind: str):
        subject = self.subject(kind, valid=False)
        self.add(self.save(self.finish(self.shot(subject["paper"])), self.name("number-invalid")), subject, "number-invalid", ["number-invalid"])

    def duplicate(self, kind: str):
        """The same picture twice, the second scaled and compressed anew; and the same form filled in by two people, which is no duplicate."""
        subject, stranger = self.subject(kind), self.subject(kind)
        picture = self.finish(self.shot(subject["paper"]))
        group = f"picture-{len(self.entries)}"
        self.add(self.save(picture, self.name("original"), 92), subject, "original", [], group=group)
        scale = self.numbers.uniform(0.6, 0.95)
        again = picture.resize((int(picture.width * scale), int(picture.height * scale)), Image.LANCZOS)
        self.add(self.save(again, self.name("duplicate"), self.chance.randint(60, 80)), subject, "duplicate", ["duplicate"], group=group)
        self.add(self.save(subject["paper"], self.name("flat"), 90), subject, "flat", [])
        self.add(self.save(stranger["paper"], self.name("flat"), 90), stranger, "flat", [])

    def blank(self):
        subject = {"kind": "blank", "expectations": {"names": [], "residentNumbers": [], "creditCodes": []}}
        paper = papers.blank(self.chance)
        picture = paper if self.chance.random() < 0.5 else self.finish(self.shot(paper))
        self.add(self.save(picture, self.name("blank")), subject, "blank-page", ["blank-page"], "营业执照")

    def document(self, kind: str, pages: int, with_blank=False):
        """A scanned PDF of several pages."""
        subject = self.subject(kind)
        images = [subject["paper"]] + [papers.lease(self.chance, Business(self.chance)) for _ in range(pages - 1)]
        if with_blank:
            images[-1] = papers.blank(self.chance)
        scanned = [camera.sensor(self.numbers, image, noise=1.5, focus=0.4) for image in images]
        path = f"{self.name('document')}.pdf"
        scanned[0].save(self.folder / path, save_all=True, append_images=scanned[1:], resolution=200.0, quality=80)
        expectations = {key: [] for key in subject["expectations"]}
        self.add(path, subject, "document", ["blank-page"] if with_blank else [], None, expectations)

    def timing(self):
        """A photograph of about 3 MB and a PDF of ten scanned pages."""
        subject = self.subject("letter")
        picture = camera.photograph(self.numbers, subject["paper"], (3000, 4000), fill=0.88, tilt=1.5)
        picture = camera.sensor(self.numbers, camera.light(self.numbers, picture), noise=4)
        for quality in range(95, 40, -3):
            buffer = io.BytesIO()
            picture.save(buffer, "JPEG", quality=quality)
            if buffer.tell() <= 3_200_000:
                break
        (self.folder / "timing-photograph.jpg").write_bytes(buffer.getvalue())
        pages = [camera.sensor(self.numbers, papers.lease(self.chance, Business(self.chance)), noise=1.5, focus=0.4) for _ in range(10)]
        pages[0].save(self.folder / "timing-document.pdf", save_all=True, append_images=pages[1:], resolution=200.0, quality=80)

    def make(self, scale: int):
        kinds = list(MATERIALS)
        for _ in range(scale):
            for kind in kinds:
                self.good(kind)
                self.blurred(kind)
                self.dark(kind)
                self.glare(kind)
                self.cut(kind)
                self.low_resolution(kind)
                self.sideways(kind)
                self.wrong(kind)
            for index, way in enumerate(["tilted", "tight", "dim", "soft", "bright", "scan", "small", "png"]):
                self.hard(kinds[index % len(kinds)], way)
                self.hard(self.chance.choice(kinds), way)
            for kind in ("identity_back", "licence"):
                self.expired(kind)
                self.expired(kind)
            for kind in ("identity_front", "licence", "letter"):
                self.mismatch(kind, "name")
                self.mismatch(kind, "number")
            for kind in ("identity_front", "licence"):
                self.invalid(kind)
                self.invalid(kind)
            self.duplicate(self.chance.choice(kinds))
            self.duplicate("form")
            self.blank()
            self.blank()
            self.document("letter", 3)
            self.document("licence", 2, with_blank=True)
        self.timing()
        (self.folder / "manifest.json").write_text(json.dumps({"today": TODAY, "entries": self.entries}, ensure_ascii=False, indent=1))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--scale", type=int, default=1, help="how many rounds of all variants")
    chosen = arguments.parse_args()
    corpus = Corpus(chosen.folder, chosen.seed)
    corpus.make(chosen.scale)
    print(f"{len(corpus.entries)} files in {chosen.folder}")


if __name__ == "__main__":
    main()
