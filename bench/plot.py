"""Draws log-log plots as SVG, with nothing but the standard library."""

import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 420, 330        # of a panel
LEFT, RIGHT, TOP, BOTTOM = 70, 16, 34, 50
LEGEND = 30
# Okabe and Ito's palette, which the colour-blind can tell apart; each with a marker
# of its own for print.
STYLES = [('#d55e00', 'circle'), ('#0072b2', 'square'), ('#009e73', 'triangle'),
          ('#cc79a7', 'diamond'), ('#000000', 'cross')]
FONT = 'font-family="sans-serif" fill="#222"'


def _marker(shape, x, y, colour):
    r = 4
    if shape == 'circle':
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" fill="{colour}"/>'
    points = {
        'square': [(-r, -r), (r, -r), (r, r), (-r, r)],
        'triangle': [(0, -r - 1), (r + 1, r), (-r - 1, r)],
        'diamond': [(0, -r - 1), (r + 1, 0), (0, r + 1), (-r - 1, 0)],
    }.get(shape)
    if points is None:
        return (f'<path d="M{x - r:.1f} {y - r:.1f} l{2 * r} {2 * r} m0 {-2 * r} '
                f'l{-2 * r} {2 * r}" stroke="{colour}" stroke-width="2.5"/>')
    text = ' '.join(f'{x + dx:.1f},{y + dy:.1f}' for dx, dy in points)
    return f'<polygon points="{text}" fill="{colour}"/>'


def _power(exponent):
    return f'10<tspan dy="-5" font-size="9">{exponent}</tspan>'


def _decades(values):
    low = math.floor(math.log10(min(values)) + 1e-9)
    high = math.ceil(math.log10(max(values)) - 1e-9)
    return low, max(high, low + 1)


def _panel(title, x_label, series, styles, left):
    xs = [x for points in series.values() for x, _ in points]
    ys = [y for points in series.values() for _, y in points]
    x_low, x_high = _decades(xs)
    y_low, y_high = _decades(ys)
    inner_width = WIDTH - LEFT - RIGHT
    inner_height = HEIGHT - TOP - BOTTOM

    def place(x, y):
        return (LEFT + (math.log10(x) - x_low) / (x_high - x_low) * inner_width,
                TOP + (y_high - math.log10(y)) / (y_high - y_low) * inner_height)

    out = [f'<g transform="translate({left} {LEGEND})">',
           f'<text x="{LEFT + inner_width / 2}" y="20" text-anchor="middle" '
           f'font-size="14" {FONT}>{escape(title)}</text>']
    for exponent in range(x_low, x_high + 1):
        x, _ = place(10.0 ** exponent, 10.0 ** y_low)
        out.append(f'<path d="M{x:.1f} {TOP} v{inner_height}" stroke="#ddd"/>')
        out.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" font-size="12" '
                   f'text-anchor="middle" {FONT}>{_power(exponent)}</text>')
    for exponent in range(y_low, y_high + 1):
        _, y = place(10.0 ** x_low, 10.0 ** exponent)
        out.append(f'<path d="M{LEFT} {y:.1f} h{inner_width}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" font-size="12" '
                   f'text-anchor="end" {FONT}>{_power(exponent)}</text>')
    out.append(f'<rect x="{LEFT}" y="{TOP}" width="{inner_width}" '
               f'height="{inner_height}" fill="none" stroke="#888"/>')
    out.append(f'<text x="{LEFT + inner_width / 2}" y="{HEIGHT - 12}" font-size="13" '
               f'text-anchor="middle" {FONT}>{escape(x_label)}</text>')
    for name, points in series.items():
        colour, shape = styles[name]
        places = [place(x, y) for x, y in sorted(points)]
        path = ' '.join(f'{x:.1f},{y:.1f}' for x, y in places)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" '
                   f'stroke-width="2"/>')
        out += [_marker(shape, x, y, colour) for x, y in places]
    out.append('</g>')
    return out


def draw(panels, x_label):
    """`panels`: (title, {name: [(x, y)]}) each. Points that are not positive have no
    place on a logarithmic axis and are left out."""
    panels = [(title, {name: [(x, y) for x, y in points if x > 0 and y > 0]
                       for name, points in series.items()})
              for title, series in panels]
    panels = [(title, {name: points for name, points in series.items() if points})
              for title, series in panels]
    panels = [(title, series) for title, series in panels if series]
    names = list(dict.fromkeys(name for _, series in panels for name in series))
    styles = {name: STYLES[index % len(STYLES)] for index, name in enumerate(names)}
    width, height = WIDTH * len(panels), HEIGHT + LEGEND
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
           f'height="{height}" viewBox="0 0 {width} {height}">',
           '<rect width="100%" height="100%" fill="white"/>']
    x = LEFT
    for name in names:
        colour, shape = styles[name]
        out.append(_marker(shape, x, 20, colour))
        out.append(f'<text x="{x + 10}" y="24" font-size="13" {FONT}>'
                   f'{escape(name)}</text>')
        x += 34 + 7.2 * len(name)
    for index, (title, series) in enumerate(panels):
        out += _panel(title, x_label, series, styles, index * WIDTH)
    out.append('</svg>')
    return '\n'.join(out) + '\n'
