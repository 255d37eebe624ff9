import { t, tMaybe } from '@/shared/i18n/t';
import type { DataColumn } from '@/shared/ui/DataTable';
import { Progress } from '@/shared/ui/Progress';
import { TagPill, type Tone } from '@/shared/ui/TagPill';
import { TimeAgo } from '@/shared/ui/TimeAgo';
import { JobActs } from './JobActs';
import styles from './jobs.module.css';
import { doneOf, type Job } from './model';
import { attemptOf, kindName } from './words';

const tones: Record<string, Tone> = {
  running: 'brand',
  ready: 'info',
  waiting: 'plain',
  retrying: 'warn',
  dead: 'bad',
};

export function JobState({ job }: { job: Job }) {
  const words = job.cancelling
    ? t('jobs.state.cancelling')
    : (tMaybe(`jobs.state.${job.state}`) ?? job.state);
  return <TagPill tone={tones[job.state] ?? 'plain'}>{words}</TagPill>;
}

/** How far the job is, or why it failed. */
export function HowFar({ job }: { job: Job }) {
  const done = job.state === 'running' ? doneOf(job.progress) : undefined;
  if (done) return <Progress label={t('jobs.progress')} {...done} />;
  return <span className={styles.error}>{job.last_error}</span>;
}

export function jobColumns(): DataColumn<Job>[] {
  return [
    {
      key: 'kind',
      title: t('jobs.kind'),
      width: 190,
      render: (job) => (
        <span className={styles.kind}>
          <span>{kindName(job.kind)}</span>
          <code>{job.kind}</code>
        </span>
      ),
    },
    { key: 'state', title: t('jobs.state'), width: 110, render: (job) => <JobState job={job} /> },
    {
      key: 'attempt',
      title: t('jobs.attempt'),
      width: 100,
      render: (job) => attemptOf(job),
    },
    { key: 'run', title: t('jobs.runAt'), width: 120, render: (job) => <TimeAgo at={job.run_at} /> },
    { key: 'how', title: t('jobs.howFar'), width: 320, render: (job) => <HowFar job={job} /> },
    {
      key: 'act',
      title: t('jobs.actions'),
      width: 150,
      align: 'end',
      render: (job) => <JobActs job={job} />,
    },
  ];
}
