import { Drawer } from 'antd';
import { dateTime } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { HowFar, JobState } from './columns';
import { JobActs } from './JobActs';
import styles from './jobs.module.css';
import type { Job } from './model';
import { attemptOf, kindName } from './words';

type Props = { job: Job | undefined; onClose: () => void };

/** One job with what it was asked to do and what it said last. Closes when the job is done. */
export function JobDrawer({ job, onClose }: Props) {
  return (
    <Drawer open={job !== undefined} onClose={onClose} title={t('jobs.job')} size={480} destroyOnHidden>
      {job && <Detail job={job} />}
    </Drawer>
  );
}

function Detail({ job }: { job: Job }) {
  const facts = [
    [t('jobs.attempt'), attemptOf(job)],
    [t('jobs.runAt'), dateTime(job.run_at)],
    [t('jobs.createdAt'), dateTime(job.created_at)],
    [t('jobs.id'), job.id],
  ] as const;
  return (
    <>
      <h2 className={styles.title}>
        {kindName(job.kind)} <JobState job={job} />
      </h2>
      {job.state === 'running' && <HowFar job={job} />}
      {job.last_error && <p className={styles.box}>{job.last_error}</p>}
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Json title={t('jobs.args')} value={job.args} />
      {job.progress !== undefined && <Json title={t('jobs.progress')} value={job.progress} />}
      <div className={styles.foot}>
        <JobActs job={job} large />
      </div>
    </>
  );
}

function Json({ title, value }: { title: string; value: unknown }) {
  return (
    <>
      <h3 className={styles.label}>{title}</h3>
      <pre className={styles.json}>{JSON.stringify(value, null, 2)}</pre>
    </>
  );
}
