import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useEffect, useRef } from 'react';
import { $api } from '@/api/client';
import { t } from '@/shared/i18n/t';
import { FormSkeleton } from '@/shared/ui/Loading';
import { Panel } from '@/shared/ui/Panel';
import { Progress } from '@/shared/ui/Progress';
import { QueryState } from '@/shared/ui/QueryState';
import { TagPill } from '@/shared/ui/TagPill';
import { Columns } from './Columns';
import { CountCards } from './CountCards';
import { Faults } from './Faults';
import styles from './imports.module.css';
import { canStart, type Import, isBusy, stepOf } from './model';
import { PreviewItems } from './PreviewItems';
import { Result } from './Result';
import { WizardSteps } from './Steps';
import { bytes, failureText, stateTone } from './words';

const followEveryMs = 700;

type Props = { id: string; onOpen: (id: string) => void; onNew: () => void };

/** One import, from its columns to its result. */
export function ImportView({ id, onOpen, onNew }: Props) {
  const query = $api.useQuery(
    'get',
    '/v1/imports/{id}',
    { params: { path: { id } } },
    { refetchInterval: ({ state }) => (state.data && isBusy(state.data.state) ? followEveryMs : false) },
  );
  useRefreshed(query.data);
  return (
    <QueryState query={query} skeleton={<FormSkeleton />}>
      {(data) => (
        <>
          <Panel
            title={data.file_name}
            note={`${t(`imports.kind.${data.kind}`)} · ${bytes(data.file_bytes)}`}
            extra={<TagPill tone={stateTone[data.state]}>{t(`imports.state.${data.state}`)}</TagPill>}
          >
            <WizardSteps current={stepOf(data)} />
          </Panel>
          {data.same_file && (
            <Alert
              type="warning"
              showIcon
              title={t('imports.sameFile')}
              action={
                <Button onClick={() => onOpen(data.same_file ?? '')}>{t('imports.sameFile.open')}</Button>
              }
            />
          )}
          {data.failure && <Alert type="error" showIcon title={failureText(data.failure)} />}
          <Stage data={data} onNew={onNew} />
        </>
      )}
    </QueryState>
  );
}

function Stage({ data, onNew }: { data: Import; onNew: () => void }) {
  if (data.state === 'running') return <Running data={data} />;
  if (data.state === 'undoing') {
    return (
      <Panel>
        <p role="status">{t('imports.undoing')}</p>
      </Panel>
    );
  }
  if (!canStart(data.state)) return <Result data={data} onNew={onNew} />;
  return <Prepare data={data} />;
}

/** Before the run: what the columns mean, what the first rows come to, and the outcome of a trial. */
function Prepare({ data }: { data: Import }) {
  const start = $api.useMutation('post', '/v1/imports/{id}/run');
  const cache = useQueryClient();
  const run = async (dry_run: boolean) => {
    await start.mutateAsync({ params: { path: { id: data.id } }, body: { dry_run } });
    await cache.invalidateQueries({ queryKey: ['get', '/v1/imports/{id}'] });
  };
  const goesOn =
    (data.state === 'cancelled' || data.state === 'failed') && !data.dry_run && data.counts.rows > 0;
  return (
    <>
      {data.state === 'previewed' && (
        <Panel title={t('imports.trial')} note={t('imports.trial.note')}>
          <CountCards kind={data.kind} counts={data.counts} />
        </Panel>
      )}
      {data.state === 'previewed' && data.counts.errors > 0 && <Faults id={data.id} />}
      {goesOn && <Result data={data} />}
      <Panel className={styles.runBar}>
        <p className={styles.note}>
          {t(data.state === 'previewed' ? 'imports.run.ready' : 'imports.run.hint')}
        </p>
        <span className={styles.acts}>
          {!goesOn && (
            <Button loading={start.isPending} onClick={() => void run(true).catch(() => {})}>
              {t('imports.run.trial')}
            </Button>
          )}
          <Button type="primary" loading={start.isPending} onClick={() => void run(false).catch(() => {})}>
            {t(goesOn ? 'imports.run.goOn' : 'imports.run')}
          </Button>
        </span>
      </Panel>
      {!goesOn && <Columns key={data.preset} data={data} />}
      <PreviewItems data={data} />
    </>
  );
}

function Running({ data }: { data: Import }) {
  const { progress, dry_run } = data;
  const cache = useQueryClient();
  const cancel = $api.useMutation('post', '/v1/imports/{id}/cancel', {
    onSuccess: () => cache.invalidateQueries({ queryKey: ['get', '/v1/imports/{id}'] }),
  });
  return (
    <>
      <Panel>
        <div className={styles.wizard}>
          {progress.rows_total > 0 ? (
            <Progress
              label={t(dry_run ? 'imports.running.trial' : 'imports.running')}
              done={progress.rows_done}
              total={progress.rows_total}
              rate={progress.rows_per_second}
            />
          ) : (
            <p role="status">{t('imports.running.counting')}</p>
          )}
          <p className={styles.note}>{t(dry_run ? 'imports.running.trialHint' : 'imports.running.hint')}</p>
          <span>
            <Button
              loading={cancel.isPending}
              onClick={() => cancel.mutate({ params: { path: { id: data.id } } })}
            >
              {t('imports.cancel')}
            </Button>
          </span>
        </div>
      </Panel>
      <CountCards kind={data.kind} counts={progress.counts} />
    </>
  );
}

/** What an import or its undo has changed is shown anew on every page. */
function useRefreshed(data: Import | undefined): void {
  const cache = useQueryClient();
  const busy = data && isBusy(data.state);
  const was = useRef(busy);
  useEffect(() => {
    if (was.current && busy === false) void cache.invalidateQueries();
    was.current = busy;
  }, [busy, cache]);
}
