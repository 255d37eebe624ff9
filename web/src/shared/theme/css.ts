import {
  type Colors,
  colors,
  controlHeight,
  fontFamily,
  headerHeight,
  radius,
  seriesColors,
  sideWidth,
  tints,
} from './tokens.ts';

type Mode = 'light' | 'dark';

const kebab = (name: string) => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`).replace(/(\d)/, '-$1');

function modeVariables(mode: Mode): string {
  const palette: Colors = colors[mode];
  return [
    `color-scheme:${mode}`,
    ...Object.entries(palette).map(([name, value]) => `--${kebab(name)}:${value}`),
    ...seriesColors[mode].map((value, i) => `--series-${i}:${value}`),
    ...tints[mode].flatMap(({ bg, fg }, i) => [`--tint-${i}-bg:${bg}`, `--tint-${i}-fg:${fg}`]),
  ].join(';');
}

const constants = [
  `--font:${fontFamily}`,
  ...Object.entries(radius).map(([name, value]) => `--radius-${name}:${value}px`),
  `--control:${controlHeight}px`,
  `--header:${headerHeight}px`,
  `--side:${sideWidth}px`,
  // A rising figure is red in Chinese shops and green elsewhere.
  '--rise:var(--red-text)',
  '--fall:var(--green)',
].join(';');

/** The custom properties of both modes, written into index.html so that the skeleton has them too. */
export function themeCss(): string {
  const dark = modeVariables('dark');
  return [
    `:root{${constants};${modeVariables('light')}}`,
    `:root[data-theme=dark]{${dark}}`,
    `@media (prefers-color-scheme:dark){:root:not([data-theme]){${dark}}}`,
    ':root:lang(en){--rise:var(--green);--fall:var(--red-text)}',
  ].join('\n');
}
