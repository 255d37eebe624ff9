import { Link } from '@tanstack/react-router';
import { Switch } from 'antd';
import type { ReactNode } from 'react';
import { beginWith } from '@/admin/features/segments/start';
import type { components } from '@/api/schema.gen';
import { useCan } from '@/api/session';
import { count, listed } from '@/shared/format';
import { currentLanguage, nameIn, t, tMaybe } from '@/shared/i18n/t';
import { Panel } from '@/shared/ui/Panel';
import { TagPill } from '@/shared/ui/TagPill';
import styles from './packs.module.css';
import { type PackThresholds, TradeThresholds } from './Thresholds';

export type Pack = components['schemas']['CustomerPack'];
export type Preset = components['schemas']['SegmentShownPreset'];

type Props = {
  pack: Pack;
  presets: Preset[];
  mayManage: boolean;
  waiting: boolean;
  trade: PackThresholds | undefined;
  /** Asks whether the thresholds of the trade shall be in force; undefined where they cannot be. */
  onAdopt: (() => void) | undefined;
  onSwitch: (on: boolean) => void;
};

/** One pack: what it is for, what it brings, and whether it is on. */
export function PackCard({ pack, presets, mayManage, waiting, trade, onAdopt, onSwitch }: Props) {
  const english = currentLanguage() === 'en';
  return (
    <Panel
      title={nameIn(pack)}
      extra={
        <span className={styles.switch}>
          <span>{t(pack.enabled ? 'packs.on' : 'packs.off')}</span>
          <Switch
            checked={pack.enabled}
            loading={waiting}
            disabled={!mayManage}
            aria-label={t('packs.switch', { name: nameIn(pack) })}
            onChange={onSwitch}
          />
        </span>
      }
      className={pack.enabled ? undefined : styles.away}
    >
      <p className={styles.text}>{english ? pack.text_en : pack.text}</p>
      <dl className={styles.parts}>
        <Part name={t('packs.attributes', { count: pack.attributes.length })}>
          {listed(pack.attributes.map(nameIn))}
        </Part>
        <Part name={t('packs.tags', { count: pack.tags.length })}>
          <span className={styles.pills}>
            {pack.tags.map((tag) => (
              <TagPill key={tag.name}>{nameIn(tag)}</TagPill>
            ))}
          </span>
        </Part>
        <Part name={t('packs.dates')}>
          {listed(pack.life_dates.map((kind) => tMaybe(`customers.date.${kind}`) ?? kind))}
        </Part>
        {trade && (
          <Part name={t('packs.thresholds')}>
            <TradeThresholds trade={trade} onAdopt={onAdopt} />
          </Part>
        )}
        <Part name={t('packs.presets', { count: presets.length })}>
          <ul className={styles.presets}>
            {presets.map((preset) => (
              <li key={preset.code}>
                <PresetName pack={pack} preset={preset} />
                <span>{english ? preset.sentence_en : preset.sentence}</span>
              </li>
            ))}
          </ul>
        </Part>
      </dl>
      <p className={styles.kept}>{t(keptWords(pack), { count: count(pack.kept) })}</p>
    </Panel>
  );
}

function keptWords(pack: Pack) {
  if (pack.kept === 0) return pack.enabled ? 'packs.kept.none' : 'packs.kept.never';
  return pack.enabled ? 'packs.kept.on' : 'packs.kept.off';
}

/** The name of a preset; of a pack that is on it begins a segment. */
function PresetName({ pack, preset }: { pack: Pack; preset: Preset }) {
  const mayCreate = useCan('segments.manage');
  if (!pack.enabled || !mayCreate) return <b>{nameIn(preset)}</b>;
  return <Link {...beginWith(nameIn(preset), preset.rule, preset.code)}>{nameIn(preset)}</Link>;
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
