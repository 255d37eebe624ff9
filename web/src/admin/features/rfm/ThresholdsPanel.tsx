import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Segmented } from 'antd';
import { useState } from 'react';
import { $api, ifMatch } from '@/api/client';
import { useCan } from '@/api/session';
import { currentLanguage, t } from '@/shared/i18n/t';
import { ConfirmDanger } from '@/shared/ui/ConfirmDanger';
import { Panel } from '@/shared/ui/Panel';
import { changed, type Overview, type Share, type ThresholdKey, type Thresholds } from './model';
import { ThresholdRow } from './ThresholdRow';
import { type Grouping, groupingOf, moved } from './thresholds';
import styles from './try.module.css';
import { useWhatIf } from './useWhatIf';
import { WhatIf } from './WhatIf';
import { thresholdText } from './words';

type Props = {
  overview: Overview;
  /** The thresholds that can be moved here. */
  keys: ThresholdKey[];
  /** The kinds of groups that they make, as these are now; the first is shown first. */
  shares: Partial<Record<Grouping, Share[]>>;
};

/** The thresholds in force, to be moved: whom that would move is seen at once, before it is put in force. */
export function ThresholdsPanel(props: Props) {
  return <Try key={props.overview.settings.version} {...props} />;
}

function Try({ overview, keys, shares }: Props) {
  const { settings, handbook, proposal } = overview;
  const now = settings.thresholds;
  const groupings = Object.keys(shares) as Grouping[];
  const may = useCan('segments.manage');
  const [draft, setDraft] = useState(now);
  const [by, setBy] = useState(groupings[0] as Grouping);
  const [deciding, setDeciding] = useState(false);
  const changes = changed(now, draft);

  const adopt = (from: Thresholds) =>
    setDraft({ ...now, ...Object.fromEntries(keys.map((key) => [key, from[key]])) });
  const adopting = (from: Thresholds | undefined) => from && keys.some((key) => from[key] !== draft[key]);
  return (
    <Panel
      title={t('rfm.try')}
      note={t(`rfm.thresholds.source.${settings.source}`)}
      extra={
        <span className={styles.acts}>
          {adopting(handbook) && (
            <Button onClick={() => adopt(handbook)}>{t('rfm.thresholds.tryHandbook')}</Button>
          )}
          {proposal && adopting(proposal.thresholds) && (
            <Button onClick={() => adopt(proposal.thresholds)}>{t('rfm.thresholds.tryProposal')}</Button>
          )}
          {changes.length > 0 && <Button onClick={() => setDraft(now)}>{t('rfm.thresholds.reset')}</Button>}
          {may && (
            <Button type="primary" disabled={changes.length === 0} onClick={() => setDeciding(true)}>
              {t('rfm.thresholds.adopt')}
            </Button>
          )}
        </span>
      }
    >
      <div className={styles.try}>
        <div>
          <ul className={styles.rows}>
            {keys.map((key) => (
              <ThresholdRow
                key={key}
                name={key}
                value={draft[key]}
                now={now[key]}
                handbook={handbook[key]}
                proposed={proposal?.thresholds[key]}
                onChange={(value) => {
                  setDraft(moved(draft, key, value));
                  setBy(groupingOf[key]);
                }}
              />
            ))}
          </ul>
          <Why proposal={proposal} keys={keys} />
        </div>
        <div className={styles.results}>
          {groupings.length > 1 && (
            <Segmented
              aria-label={t('rfm.try.by')}
              value={by}
              onChange={setBy}
              options={groupings.map((value) => ({ value, label: t(`rfm.by.${value}`) }))}
            />
          )}
          <Asked key={by} by={by} draft={draft} shares={shares[by] ?? []} any={changes.length > 0} />
        </div>
      </div>
      <Decide
        open={deciding}
        overview={overview}
        draft={draft}
        changes={changes}
        onClose={() => setDeciding(false)}
      />
    </Panel>
  );
}

type AskedProps = { by: Grouping; draft: Thresholds; shares: Share[]; any: boolean };

function Asked({ by, draft, shares, any }: AskedProps) {
  const asked = useWhatIf(draft, by, any);
  return <WhatIf by={by} shares={shares} asked={any ? asked : undefined} />;
}

function Why({ proposal, keys }: { proposal: Overview['proposal']; keys: ThresholdKey[] }) {
  const chinese = currentLanguage() === 'zh-CN';
  const reasons = proposal?.reasons.filter(({ thresholds }) =>
    thresholds.some((one) => keys.includes(one as ThresholdKey)),
  );
  if (!reasons) return <p className={styles.why}>{t('rfm.thresholds.none')}</p>;
  return (
    <details className={styles.why}>
      <summary>{t('rfm.thresholds.why')}</summary>
      <ul>
        {reasons.map((reason) => (
          <li key={reason.thresholds.join()}>{chinese ? reason.zh : reason.en}</li>
        ))}
      </ul>
    </details>
  );
}

type DecideProps = {
  open: boolean;
  overview: Overview;
  draft: Thresholds;
  changes: ThresholdKey[];
  onClose: () => void;
};

function Decide({ open, overview, draft, changes, onClose }: DecideProps) {
  const { settings, customers } = overview;
  const { message } = App.useApp();
  const cache = useQueryClient();
  const put = $api.useMutation('put', '/v1/rfm/settings', { meta: { quiet: true } });
  const decide = async () => {
    await put.mutateAsync({ params: { header: ifMatch(settings.version) }, body: draft });
    await cache.invalidateQueries();
    message.success(t('rfm.thresholds.adopted'));
  };
  return (
    <ConfirmDanger
      open={open}
      title={t('rfm.thresholds.adopt.title')}
      action={t('rfm.thresholds.adopt')}
      onConfirm={decide}
      onClose={onClose}
    >
      <ul className={styles.changes}>
        {changes.map((key) => (
          <li key={key}>
            {t('rfm.thresholds.change', {
              name: t(`rfm.t.${key}`),
              from: thresholdText(key, settings.thresholds[key]),
              to: thresholdText(key, draft[key]),
            })}
          </li>
        ))}
      </ul>
      <p>{t('rfm.thresholds.adopt.body', { customers })}</p>
    </ConfirmDanger>
  );
}
