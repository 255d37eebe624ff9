import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { t } from '@/shared/i18n/t';
import { useMode } from '@/shared/theme/mode';
import { ChartSkeleton } from '@/shared/ui/Loading';
import styles from './Chart.module.css';
import { type ChartStyle, chartStyle } from './style';

/** The numbers of a chart as rows, for those who cannot or do not want to read the drawing. */
export type ChartTable = {
  head: string[];
  rows: string[][];
  /** Makes the cells buttons: by the name of the row and the place of the cell in it. */
  onSelect?: ((row: string, column: number) => void) | undefined;
};

type Props = {
  /** What is drawn, in a sentence. */
  label: string;
  height?: number;
  table: ChartTable;
  /** Must be stable (useCallback): a new function draws anew. */
  option: (style: ChartStyle) => EChartsCoreOption;
  /** The name of the category or piece that was clicked. */
  onSelect?: ((name: string) => void) | undefined;
};

/** A drawing, or its table. The drawing library comes as its own file when the first chart is shown. */
export function Chart({ label, height = 280, table, option, onSelect }: Props) {
  const [asTable, setAsTable] = useState(false);
  return (
    <div>
      {asTable ? (
        <DataOf label={label} table={table} height={height} />
      ) : (
        <Drawing label={label} height={height} option={option} onSelect={onSelect} />
      )}
      <div className={styles.foot}>
        <button type="button" className={styles.toggle} onClick={() => setAsTable(!asTable)}>
          {asTable ? t('common.showChart') : t('common.showTable')}
        </button>
      </div>
    </div>
  );
}

function Drawing({ label, height, option, onSelect }: Omit<Props, 'table'> & { height: number }) {
  const mode = useMode();
  const box = useRef<HTMLDivElement>(null);
  const select = useRef(onSelect);
  const [chart, setChart] = useState<EChartsType>();
  const drawn = useMemo(() => {
    const style = chartStyle(mode);
    return { ...style.base, ...option(style) };
  }, [mode, option]);

  useEffect(() => {
    select.current = onSelect;
  }, [onSelect]);

  useEffect(() => {
    let made: EChartsType | undefined;
    let left = false;
    const observer = new ResizeObserver(() => made?.resize());
    import('./echarts').then(({ init }) => {
      if (left || !box.current) return;
      made = init(box.current, null, { renderer: 'svg' });
      made.on('click', ({ name }) => select.current?.(name));
      observer.observe(box.current);
      setChart(made);
    });
    return () => {
      left = true;
      observer.disconnect();
      made?.dispose();
      setChart(undefined);
    };
  }, []);

  useEffect(() => {
    chart?.setOption(drawn, { notMerge: true });
  }, [chart, drawn]);

  return (
    <div className={styles.drawing} style={{ height }}>
      <div ref={box} className={styles.canvas} role="img" aria-label={label} />
      {!chart && (
        <div className={styles.waiting}>
          <ChartSkeleton height={height} />
        </div>
      )}
    </div>
  );
}

function DataOf({ label, table, height }: { label: string; table: ChartTable; height: number }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section className={styles.scroll} style={{ height }} aria-label={label} tabIndex={0}>
      <table className={styles.table}>
        <caption className="visually-hidden">{label}</caption>
        <thead>
          <tr>
            {table.head.map((cell) => (
              <th key={cell} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map(([name = '', ...cells]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map((cell, i) => (
                <td key={table.head[i + 1]}>
                  {table.onSelect && cell !== '–' ? (
                    <button
                      type="button"
                      className={styles.choice}
                      aria-label={`${name} ${table.head[i + 1]} ${cell}`}
                      onClick={() => table.onSelect?.(name, i)}
                    >
                      {cell}
                    </button>
                  ) : (
                    cell
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
