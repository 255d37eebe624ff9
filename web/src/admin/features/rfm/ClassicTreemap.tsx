import { useMemo } from 'react';
import { type Piece, TreemapChart } from '@/shared/chart/TreemapChart';
import { moneyShort } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { Panel } from '@/shared/ui/Panel';
import { type Group, groups, type Overview, shareOf } from './model';
import { people, shareText } from './words';

/** Greens are well, persimmon and amber want attention. */
const tones: Record<Group, Piece['tone']> = {
  important_value: 0.99,
  important_growth: 0.7,
  important_keep: 0.45,
  important_winback: 'accent',
  general_value: 0.2,
  general_growth: 0.2,
  general_keep: 'muted',
  general_winback: 'warn',
};

/** The eight classical groups, the area of each what it brought. */
export function ClassicTreemap({ overview, onOpen }: { overview: Overview; onOpen: (group: Group) => void }) {
  const pieces = useMemo(
    () =>
      groups.flatMap((name) => {
        const share = overview.rfm_groups.find((one) => one.name === name);
        if (!share || share.customers === 0) return [];
        const note = `${people(share.customers)} · ${shareText(shareOf(share))}`;
        return [{ name: t(`rfm.group.${name}`), value: share.paid_fen, note, tone: tones[name] }];
      }),
    [overview],
  );
  return (
    <Panel title={t('rfm.classic')} note={t('rfm.classic.note')}>
      <TreemapChart
        label={t('rfm.classic')}
        axisName={t('rfm.name')}
        valueName={t('rfm.paid')}
        noteName={t('rfm.customers')}
        pieces={pieces}
        height={420}
        format={moneyShort}
        onSelect={(chosen) => {
          const group = groups.find((name) => t(`rfm.group.${name}`) === chosen);
          if (group) onOpen(group);
        }}
      />
    </Panel>
  );
}
