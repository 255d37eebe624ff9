import { SearchOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import { useState } from 'react';
import { apiErrorFrom, networkError } from '@/api/problem';
import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { DetailSkeleton } from '@/shared/ui/Loading';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { textOf, useFilters } from '@/shared/useFilters';
import styles from './apiref.module.css';
import { Basics } from './Basics';
import { groupsOf, type Reference, search } from './model';
import { OperationList } from './OperationList';
import { OperationView } from './OperationView';

async function fetchReference(): Promise<Reference> {
  const response = await fetch('/openapi.json').catch(() => {
    throw networkError();
  });
  if (!response.ok) throw await apiErrorFrom(response);
  return response.json();
}

const parseFilters = (raw: Record<string, unknown>) => ({ op: textOf(raw.op) });

/** Every operation of the API, from the document that the server itself is checked against. */
export function ApiReferencePage() {
  const reference = useQuery({
    queryKey: ['openapi'],
    queryFn: fetchReference,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Page title={t('apiref.title')} lead={t('apiref.intro')}>
      <QueryState query={reference} skeleton={<DetailSkeleton />}>
        {(data) => <Body reference={data} />}
      </QueryState>
    </Page>
  );
}

function Body({ reference }: { reference: Reference }) {
  const { filters, set } = useFilters(parseFilters);
  const [text, setText] = useState('');
  const groups = groupsOf(reference);
  const found = search(groups, text);
  const operation = groups.flatMap(({ operations }) => operations).find(({ id }) => id === filters.op);

  return (
    <div className={styles.page} data-open={operation !== undefined}>
      <Panel flush className={styles.side}>
        <div className={styles.search}>
          <Input
            prefix={<SearchOutlined aria-hidden />}
            value={text}
            allowClear
            placeholder={t('apiref.search')}
            aria-label={t('apiref.search')}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        {found.length > 0 ? (
          <OperationList groups={found} current={operation?.id} onChoose={(op) => set({ op })} />
        ) : (
          <EmptyState drawing="search">{t('apiref.noneFound')}</EmptyState>
        )}
      </Panel>
      <div className={styles.main}>
        {operation ? (
          <OperationView
            key={operation.id}
            reference={reference}
            operation={operation}
            onBack={() => set({ op: undefined })}
          />
        ) : (
          <Basics version={reference.info.version} />
        )}
      </div>
    </div>
  );
}
