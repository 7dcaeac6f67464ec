"""What a telephone makes of a paper: a table under it, a tilt, the lens, the light, noise and JPEG."""
import numpy as np
from PIL import Image, ImageDraw, ImageFilter


def table(numbers, size: tuple[int, int]) -> Image.Image:
    """A table top: wood, cloth, plain dark or plain pale."""
    width, height = size
    kind = numbers.integers(0, 4)
    if kind == 0:
        grain = numbers.normal(0, 1, (height // 40 + 2, 1)).repeat(3, axis=1)
        small = np.array([120, 84, 54]) + grain[:, None, :] * 14 + numbers.normal(0, 4, (height // 40 + 2, width // 200 + 2, 1))
    elif kind == 1:
        base = numbers.integers(40, 120, 3)
        check = (np.indices((height // 30 + 2, width // 30 + 2)).sum(axis=0) % 2)[..., None]
        small = base + check * 26
    elif kind == 2:
        small = np.full((8, 8, 3), numbers.integers(30, 80)) + numbers.normal(0, 3, (8, 8, 3))
    else:
        small = np.full((8, 8, 3), numbers.integers(140, 200)) + numbers.normal(0, 3, (8, 8, 3))
    return Image.fromarray(np.clip(small, 0, 255).astype(np.uint8)).resize(size, Image.BICUBIC)


def homography(source, target):
    rows, right = [], []
    for (x, y), (u, v) in zip(target, source):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return np.linalg.solve(np.array(rows, float), np.array(right, float)).tolist()


def corners(numbers, paper: Image.Image, size, fill, tilt, shift=(0.0, 0.0), bend=0.03):
    """Where the paper's four corners come to lie in the picture."""
    scale = min(size[0] * fill / paper.width, size[1] * fill / paper.height)
    half = np.array([paper.width, paper.height]) * scale / 2
    angle = np.radians(tilt)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centre = np.array(size) / 2 + np.array(shift) * np.array(size)
    unit = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    wobble = 1 + numbers.uniform(-bend, bend, (4, 1))
    return [tuple(centre + turn @ (point * w)) for point, w in zip(unit, wobble)]


def photograph(numbers, paper: Image.Image, size=(2400, 1800), fill=0.86, tilt=0.0, shift=(0.0, 0.0), bend=0.03) -> Image.Image:
    """The paper on a table, evenly enough lit and in focus."""
    target = corners(numbers, paper, size, fill, tilt, shift, bend)
    source = [(0, 0), (paper.width, 0), (paper.width, paper.height), (0, paper.height)]
    warped = paper.transform(size, Image.PERSPECTIVE, homography(source, target), Image.BICUBIC)
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).polygon(target, fill=255)
    picture = table(numbers, size)
    shadow = mask.filter(ImageFilter.GaussianBlur(size[0] // 120)).point(lambda v: v // 3)
    picture.paste((12, 12, 12), (size[0] // 300, size[0] // 200), shadow)
    picture.paste(warped, mask=mask.filter(ImageFilter.GaussianBlur(1)))
    return picture


def light(numbers, picture: Image.Image, strength=0.22, gain=None) -> Image.Image:
    """A lamp at one side: brighter there, dimmer at the other."""
    height, width = picture.height // 20, picture.width // 20
    angle = numbers.uniform(0, 2 * np.pi)
    y, x = np.mgrid[-1:1:height * 1j, -1:1:width * 1j]
    slope = 1 - strength * (0.5 + 0.5 * (x * np.cos(angle) + y * np.sin(angle)))
    slope *= numbers.uniform(0.82, 0.97) if gain is None else gain
    field = Image.fromarray((slope * 200).clip(0, 255).astype(np.uint8)).resize(picture.size, Image.BICUBIC)
    pixels = np.asarray(picture, np.float32) * (np.asarray(field, np.float32)[..., None] / 200)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def sensor(numbers, picture: Image.Image, noise=3.0, focus=0.7) -> Image.Image:
    soft = picture.filter(ImageFilter.GaussianBlur(focus))
    grain = numbers.normal(0, noise, (picture.height, picture.width, 1)).astype(np.float32)
    return Image.fromarray((np.asarray(soft, np.float32) + grain).clip(0, 255).astype(np.uint8))


def shaken(numbers, picture: Image.Image, length: int) -> Image.Image:
    """Motion blur along a chance direction, by summing shifted copies."""
    angle = numbers.uniform(0, np.pi)
    pixels = np.asarray(picture, np.float32)
    total = np.zeros_like(pixels)
    for step in range(length):
        offset = step - length / 2
        total += np.roll(pixels, (int(round(offset * np.sin(angle))), int(round(offset * np.cos(angle)))), axis=(0, 1))
    return Image.fromarray((total / length).astype(np.uint8))


def glare(numbers, picture: Image.Image) -> Image.Image:
    """The reflection of a lamp: a burnt-out spot with a soft edge, somewhere on the paper."""
    width, height = picture.size
    small = (width // 8, height // 8)
    y, x = np.mgrid[0:small[1], 0:small[0]]
    centre = numbers.uniform(0.34, 0.66, 2) * small
    radius = numbers.uniform(0.09, 0.17) * small[0]
    squash = numbers.uniform(0.5, 1.0)
    distance = np.hypot(x - centre[0], (y - centre[1]) / squash) / radius
    strength = np.clip(1.35 - distance, 0, 1) ** 0.8
    field = Image.fromarray((strength * 255).astype(np.uint8)).resize(picture.size, Image.BICUBIC)
    return Image.composite(Image.new("RGB", picture.size, (255, 255, 255)), picture, field)
