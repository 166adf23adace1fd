"""Whether text can be read: contrast as WCAG 2 defines it."""

LEAST = 4.5  # WCAG 2, level AA, for text of normal size
TOO_FAINT = """(root, least) => {
  const rgba = text => {
    const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((v, i) => a * v + (1 - a) * below[i]);
  const paper = element => {
    if (!element) return [255, 255, 255];
    return over(rgba(getComputedStyle(element).backgroundColor), paper(element.parentElement));
  };
  const opacity = element =>
    element ? Number(getComputedStyle(element).opacity) * opacity(element.parentElement) : 1;
  const luminance = color => {
    const [r, g, b] = color.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  for (const element of root.querySelectorAll("*")) {
    const text = [...element.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join("");
    if (!text) continue;
    const below = paper(element);
    const [r, g, b, a] = rgba(getComputedStyle(element).color);
    const [dark, light] = [luminance(over([r, g, b, a * opacity(element)], below)), luminance(below)].sort((x, y) => x - y);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < least) found.push(`${text}: ${contrast.toFixed(2)}`);
  }
  return found;
}"""


def too_faint(report):
    """Texts in an element whose contrast to what is behind them is too small, with their contrasts."""
    return report.evaluate(TOO_FAINT, LEAST)
