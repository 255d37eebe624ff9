/** The colours, sizes and type of Shuke. CSS variables, the antd theme and the charts are all made from this file. */

const light = {
  bg: '#F6F4EF',
  surface: '#FFFFFF',
  sunken: '#FBFAF7',
  hover: '#F4F2EC',
  line: '#E9E5DC',
  lineStrong: '#D9D3C6',
  text: '#1E2421',
  text2: '#4A534E',
  text3: '#626B66',
  brand: '#0E6B5A',
  brandHover: '#0B5B4C',
  brandSoft: '#E6F1EC',
  brandInk: '#0A5144',
  onBrand: '#FFFFFF',
  accent: '#F07F45',
  accentText: '#B84E17',
  accentSoft: '#FDEBE1',
  red: '#C8483C',
  redText: '#B23A2F',
  redSoft: '#FBE8E5',
  green: '#17774D',
  greenSoft: '#E3F2E9',
  warn: '#C77A12',
  warnText: '#8A5307',
  warnSoft: '#FBF0DA',
  infoText: '#35609E',
  infoSoft: '#E6EDF8',
  violetText: '#74528F',
  violetSoft: '#EFE8F6',
  focus: '#0E6B5A',
};

export type ColorName = keyof typeof light;
export type Colors = Record<ColorName, string>;

const dark: Colors = {
  bg: '#111513',
  surface: '#191E1B',
  sunken: '#151917',
  hover: '#202622',
  line: '#2A312D',
  lineStrong: '#3A433E',
  text: '#E9EDEA',
  text2: '#A2ABA6',
  text3: '#87918C',
  brand: '#43B79D',
  brandHover: '#5CC6AE',
  brandSoft: '#1C332C',
  brandInk: '#8FDCC8',
  onBrand: '#0B1512',
  accent: '#F5A877',
  accentText: '#F5A877',
  accentSoft: '#37261C',
  red: '#EB7D72',
  redText: '#EB7D72',
  redSoft: '#3B2321',
  green: '#55C492',
  greenSoft: '#1B3428',
  warn: '#E4A549',
  warnText: '#E4A549',
  warnSoft: '#362A18',
  infoText: '#7AA2DE',
  infoSoft: '#1F2B3F',
  violetText: '#B79AD3',
  violetSoft: '#2D2438',
  focus: '#43B79D',
};

export const colors = { light, dark };

/** The colours of a series, in the order in which they are given out. */
export const seriesColors = {
  light: ['#0E7A66', '#F0874B', '#3F6FB5', '#E2AE3F', '#9573B5', '#46A7B5', '#C4564E', '#8CA24B'],
  dark: ['#43B79D', '#F59A66', '#7AA2DE', '#EBC262', '#B79AD3', '#6FC4CF', '#E07C74', '#AEC26E'],
};

/** From few to many. */
export const rampColors = ['#EAF3EF', '#9CCDBE', '#3E9C87', '#0B5B4C'];

/** Tints for faces without a picture; the name decides which. */
export const tints = {
  light: [
    { bg: '#E9EFDA', fg: '#5C6F22' },
    { bg: '#DBECE6', fg: '#0A5144' },
    { bg: '#F7E9C9', fg: '#80600F' },
    { bg: '#F7DCDA', fg: '#9C3A32' },
    { bg: '#E8E0F1', fg: '#6A4A87' },
    { bg: '#DAEDF1', fg: '#23646F' },
    { bg: '#E0E8F5', fg: '#2F5590' },
  ],
  dark: [
    { bg: '#2B3319', fg: '#BCD080' },
    { bg: '#1C332C', fg: '#8FDCC8' },
    { bg: '#362A18', fg: '#E8C477' },
    { bg: '#3B2321', fg: '#EDA39B' },
    { bg: '#2D2438', fg: '#C9B0E2' },
    { bg: '#1B3035', fg: '#8FD0DA' },
    { bg: '#1F2B3F', fg: '#A0BEEA' },
  ],
};

/** Cards of the member tiers look the same by day and by night. */
export const tierColors = {
  basic: { bg: '#F1EEE7', fg: '#6B645B' },
  silver: { bg: '#E8ECEF', fg: '#56636C' },
  gold: { bg: '#F8EDD2', fg: '#8A6414' },
  black: { bg: '#2A2723', fg: '#E9CF98' },
};

/** The dot of each lifecycle stage, as an index into the series colours; lost is grey. */
export const stageSeries = { lead: 4, new: 2, active: 0, dormant: 3 } as const;

export const fontFamily =
  '-apple-system, "Segoe UI", "PingFang SC", "HarmonyOS Sans SC", MiSans, "Microsoft YaHei UI", "Noto Sans CJK SC", sans-serif';

export const radius = { tag: 6, control: 8, panel: 12 };
export const controlHeight = 34;
export const headerHeight = 56;
export const sideWidth = 208;
/** Below this the side bar becomes a drawer. */
export const drawerBelow = 900;
/** Below this tables become cards. */
export const cardsBelow = 640;
