import type { EChartsCoreOption } from 'echarts/core';
import type { Mode } from '@/shared/theme/mode';
import { type Colors, colors, fontFamily, rampColors, seriesColors } from '@/shared/theme/tokens';

/** Everything a chart needs to look like the page around it. */
export type ChartStyle = {
  colors: Colors;
  series: string[];
  ramp: string[];
  /** Axis of names: no ticks, a hairline. */
  categoryAxis: object;
  /** Axis of values: no line, dashed grid. */
  valueAxis: object;
  base: EChartsCoreOption;
};

export function chartStyle(mode: Mode): ChartStyle {
  const c = colors[mode];
  const label = { color: c.text3, fontSize: 12 };
  return {
    colors: c,
    series: seriesColors[mode],
    ramp: rampColors,
    categoryAxis: {
      type: 'category',
      axisTick: { show: false },
      axisLine: { lineStyle: { color: c.line } },
      axisLabel: label,
    },
    valueAxis: {
      type: 'value',
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: label,
      splitLine: { lineStyle: { color: c.line, type: 'dashed' } },
    },
    base: {
      color: seriesColors[mode],
      textStyle: { fontFamily, color: c.text2 },
      animation: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
      animationDuration: 400,
      grid: { top: 34, right: 4, bottom: 4, left: 4, containLabel: true },
      legend: {
        top: 0,
        right: 0,
        icon: 'roundRect',
        itemWidth: 9,
        itemHeight: 9,
        itemGap: 12,
        textStyle: { color: c.text2, fontSize: 12 },
      },
      tooltip: {
        backgroundColor: c.surface,
        borderColor: c.lineStrong,
        textStyle: { color: c.text, fontSize: 13 },
        extraCssText: 'box-shadow:none;border-radius:8px',
      },
    },
  };
}
