import { Button, Table } from 'antd';
import type { SorterResult } from 'antd/es/table/interface';
import type { KeyboardEvent, ReactNode } from 'react';
import { t } from '@/shared/i18n/t';
import { cardsBelow } from '@/shared/theme/tokens';
import { useMediaQuery } from '@/shared/useMediaQuery';
import styles from './DataTable.module.css';
import { ErrorState } from './ErrorState';
import { TableSkeleton } from './Loading';
import { RowCards } from './RowCards';

export type DataColumn<T> = {
  key: string;
  title: string;
  render: (row: T) => ReactNode;
  width?: number;
  align?: 'start' | 'end' | 'center';
  sortable?: boolean;
  /** On a phone: the head of the card (by default the first column), or left out. */
  card?: 'lead' | 'none';
};

export type Sort = { key: string; order: 'asc' | 'desc' };

/** The part of a list query that the table needs; an infinite query can be handed over as it is. */
export type RowsQuery = {
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
  hasNextPage?: boolean;
  isFetchingNextPage?: boolean;
  fetchNextPage?: () => unknown;
};

type Props<T> = {
  /** Names the table for screen readers. */
  label: string;
  columns: DataColumn<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  query: RowsQuery;
  /** Shown instead of the table when there are no rows. */
  empty: ReactNode;
  /** Opens a row, by click or Enter. */
  onOpen?: (row: T) => void;
  rowLabel?: (row: T) => string;
  sort?: Sort | undefined;
  onSort?: (sort: Sort | undefined) => void;
  selection?: { keys: string[]; onChange: (keys: string[]) => void };
  /** Draws only the rows in view, in a box of this height; for lists of thousands. */
  virtualHeight?: number;
};

/** A list of rows with all its states. On a phone each row is a card. */
export function DataTable<T extends object>(props: Props<T>) {
  const { query, rows, empty } = props;
  const narrow = useMediaQuery(`(max-width: ${cardsBelow}px)`);
  if (rows.length === 0) {
    if (query.error) return <ErrorState error={query.error} onRetry={query.refetch} />;
    if (query.isPending) return <TableSkeleton />;
    return empty;
  }
  return (
    <div className={styles.wrap}>
      {narrow ? <RowCards {...props} /> : <WideTable {...props} />}
      <More query={query} count={rows.length} />
    </div>
  );
}

function WideTable<T extends object>(props: Props<T>) {
  const { label, columns, rows, rowKey, onOpen, rowLabel, sort, onSort, selection, virtualHeight } = props;
  const width = columns.reduce((sum, column) => sum + (column.width ?? 140), selection ? 48 : 0);
  return (
    <Table<T>
      aria-label={label}
      size="middle"
      dataSource={rows}
      rowKey={rowKey}
      pagination={false}
      virtual={virtualHeight !== undefined}
      scroll={virtualHeight === undefined ? { x: width } : { x: width, y: virtualHeight }}
      sortDirections={['descend', 'ascend']}
      showSorterTooltip={false}
      columns={columns.map((column) => ({
        key: column.key,
        title: column.title,
        width: column.width,
        align: column.align,
        sorter: column.sortable ?? false,
        sortOrder: sort?.key === column.key ? (sort.order === 'asc' ? 'ascend' : 'descend') : null,
        render: (_value: unknown, row: T) => column.render(row),
      }))}
      onChange={(_pagination, _filters, sorter) => onSort?.(sortFrom(sorter))}
      rowSelection={
        selection && {
          selectedRowKeys: selection.keys,
          onChange: (keys) => selection.onChange(keys.map(String)),
          columnWidth: 48,
          getCheckboxProps: () => ({ 'aria-label': t('ui.table.selectRow') }),
        }
      }
      onRow={(row) => (onOpen ? openable(() => onOpen(row), rowLabel?.(row)) : {})}
    />
  );
}

function sortFrom<T>(sorter: SorterResult<T> | SorterResult<T>[]): Sort | undefined {
  const [first] = Array.isArray(sorter) ? sorter : [sorter];
  if (!first?.order) return undefined;
  return { key: String(first.columnKey), order: first.order === 'ascend' ? 'asc' : 'desc' };
}

/** Makes an element open by click and by Enter; controls inside of it keep their own. */
export function openable(open: () => void, name?: string) {
  return {
    className: styles.openable,
    tabIndex: 0,
    'aria-label': name ? t('common.open', { name }) : undefined,
    onClick: (event: React.MouseEvent<HTMLElement>) => {
      const control = (event.target as HTMLElement).closest('button, a, input, label, .ant-modal-root');
      if (!control || control === event.currentTarget) open();
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.key === 'Enter' && event.target === event.currentTarget) open();
    },
  };
}

function More({ query, count }: { query: RowsQuery; count: number }) {
  if (query.error && count > 0) return <ErrorState error={query.error} onRetry={query.refetch} />;
  return (
    <footer className={styles.more}>
      <span aria-live="polite">{t('ui.table.rows', { count })}</span>
      {query.hasNextPage ? (
        <Button loading={query.isFetchingNextPage ?? false} onClick={() => query.fetchNextPage?.()}>
          {t('common.loadMore')}
        </Button>
      ) : (
        <span>{t('common.allLoaded')}</span>
      )}
    </footer>
  );
}
