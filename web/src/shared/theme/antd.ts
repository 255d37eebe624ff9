import { type ThemeConfig, theme } from 'antd';
import type { Mode } from './mode';
import { colors, controlHeight, fontFamily, radius } from './tokens';

// What antd moves, it waits for; the style sheet takes the transitions away.
const lessMotion = window.matchMedia('(prefers-reduced-motion: reduce)');

/** Dresses antd in the tokens: warm paper, hairlines instead of shadows. */
export function antdTheme(mode: Mode): ThemeConfig {
  const c = colors[mode];
  return {
    algorithm: mode === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    hashed: false,
    token: {
      motion: !lessMotion.matches,
      colorPrimary: c.brand,
      colorPrimaryHover: c.brandHover,
      colorPrimaryBg: c.brandSoft,
      colorLink: c.brand,
      colorLinkHover: c.brandHover,
      colorInfo: c.infoText,
      colorSuccess: c.green,
      colorWarning: c.warn,
      colorError: c.red,
      colorText: c.text,
      colorTextSecondary: c.text2,
      colorTextTertiary: c.text3,
      colorTextPlaceholder: c.text3,
      colorBgLayout: c.bg,
      colorBgContainer: c.surface,
      colorBgElevated: c.surface,
      colorBorder: c.lineStrong,
      colorBorderSecondary: c.line,
      colorSplit: c.line,
      colorFillAlter: c.sunken,
      fontFamily,
      fontSize: 14,
      borderRadius: radius.control,
      borderRadiusSM: radius.tag,
      borderRadiusLG: radius.panel,
      controlHeight,
      controlOutline: 'transparent',
      boxShadowTertiary: 'none',
    },
    components: {
      Menu: {
        itemBg: 'transparent',
        itemSelectedBg: c.brandSoft,
        itemSelectedColor: c.brandInk,
        itemHeight: 36,
        itemBorderRadius: radius.control,
        itemMarginInline: 10,
        activeBarBorderWidth: 0,
      },
      Table: {
        headerBg: c.sunken,
        headerColor: c.text,
        headerSplitColor: 'transparent',
        headerSortActiveBg: c.sunken,
        headerSortHoverBg: c.hover,
        bodySortBg: c.surface,
        rowHoverBg: c.sunken,
        rowSelectedBg: c.brandSoft,
        rowSelectedHoverBg: c.brandSoft,
        cellPaddingBlock: 8,
        cellPaddingBlockMD: 8,
        borderColor: c.line,
      },
      Button: {
        primaryShadow: 'none',
        defaultShadow: 'none',
        dangerShadow: 'none',
        fontWeight: 500,
        primaryColor: c.onBrand,
      },
      Segmented: { trackBg: c.line, itemSelectedBg: c.surface },
      Tabs: { horizontalItemPadding: '8px 0', horizontalItemGutter: 24 },
      Input: { activeShadow: 'none' },
      Tag: { defaultBg: c.sunken, defaultColor: c.text2 },
      Tooltip: mode === 'dark' ? { colorBgSpotlight: c.lineStrong } : {},
    },
  };
}
