import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { $api, ifMatch } from '@/api/client';
import { useCan } from '@/api/session';
import { currentLanguage, t } from '@/shared/i18n/t';
import { ConfirmDanger } from '@/shared/ui/ConfirmDanger';
import { Panel } from '@/shared/ui/Panel';
import { changed, type Overview, type ThresholdKey, type Thresholds, thresholdKeys } from './model';
import styles from './rfm.module.css';
import { thresholdText } from './words';

type Doing = 'adopt' | 'back';

/** The thresholds in force beside those of the handbook and those that the shop's own sales propose. */
export function ThresholdsPanel({ overview }: { overview: Overview }) {
  const { settings, handbook, proposal } = overview;
  const [doing, setDoing] = useState<Doing>();
  const may = useCan('segments.manage');
  const now = settings.thresholds;
  const adoptable = proposal && changed(now, proposal.thresholds).length > 0;
  return (
    <Panel
      title={t('rfm.thresholds')}
      note={t(`rfm.thresholds.source.${settings.source}`)}
      extra={
        may && (
          <span className={styles.acts}>
            {settings.source === 'staff' && changed(now, handbook).length > 0 && (
              <Button onClick={() => setDoing('back')}>{t('rfm.thresholds.back')}</Button>
            )}
            {adoptable && (
              <Button type="primary" onClick={() => setDoing('adopt')}>
                {t('rfm.thresholds.adopt')}
              </Button>
            )}
          </span>
        )
      }
    >
      <div className={styles.thresholds}>
        <Table now={now} handbook={handbook} proposed={proposal?.thresholds} />
        <Why proposal={proposal} same={!adoptable} />
      </div>
      <Decide doing={doing} overview={overview} onClose={() => setDoing(undefined)} />
    </Panel>
  );
}

type TableProps = { now: Thresholds; handbook: Thresholds; proposed: Thresholds | undefined };

function Table({ now, handbook, proposed }: TableProps) {
  const cell = (of: Thresholds, key: ThresholdKey) => (
    <td className={of[key] === now[key] ? undefined : styles.differs}>{thresholdText(key, of[key])}</td>
  );
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('rfm.thresholds.name')}</th>
            <th scope="col">{t('rfm.thresholds.now')}</th>
            <th scope="col">{t('rfm.thresholds.handbook')}</th>
            {proposed && <th scope="col">{t('rfm.thresholds.proposed')}</th>}
          </tr>
        </thead>
        <tbody>
          {thresholdKeys.map((key) => (
            <tr key={key}>
              <th scope="row">{t(`rfm.t.${key}`)}</th>
              <td>
                <b>{thresholdText(key, now[key])}</b>
              </td>
              {cell(handbook, key)}
              {proposed && cell(proposed, key)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Why({ proposal, same }: { proposal: Overview['proposal']; same: boolean }) {
  if (!proposal) return <p className={styles.why}>{t('rfm.thresholds.none')}</p>;
  const chinese = currentLanguage() === 'zh-CN';
  return (
    <div className={styles.why}>
      <h3>{t('rfm.thresholds.why')}</h3>
      {same && <p>{t('rfm.thresholds.same')}</p>}
      <ul>
        {proposal.reasons.map((reason) => (
          <li key={reason.thresholds.join()}>{chinese ? reason.zh : reason.en}</li>
        ))}
      </ul>
    </div>
  );
}

type DecideProps = { doing: Doing | undefined; overview: Overview; onClose: () => void };

function Decide({ doing, overview, onClose }: DecideProps) {
  const { settings, handbook, proposal, customers } = overview;
  const { message } = App.useApp();
  const cache = useQueryClient();
  const put = $api.useMutation('put', '/v1/rfm/settings', { meta: { quiet: true } });
  const next = doing === 'back' ? handbook : proposal?.thresholds;
  const decide = async () => {
    if (!next) return;
    await put.mutateAsync({ params: { header: ifMatch(settings.version) }, body: next });
    await cache.invalidateQueries();
    message.success(t('rfm.thresholds.adopted'));
  };
  return (
    <ConfirmDanger
      open={doing !== undefined}
      title={t(doing === 'back' ? 'rfm.thresholds.back.title' : 'rfm.thresholds.adopt.title')}
      action={t(doing === 'back' ? 'rfm.thresholds.back' : 'rfm.thresholds.adopt')}
      onConfirm={decide}
      onClose={onClose}
    >
      {next &&
        t('rfm.thresholds.adopt.body', { count: changed(settings.thresholds, next).length, customers })}
    </ConfirmDanger>
  );
}
