import { useQueryClient } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import { useState } from 'react';
import { $api, ifMatch } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useSession } from '@/api/session';
import { t, tMaybe } from '@/shared/i18n/t';
import { Failure } from '@/shared/ui/Failure';
import { Panel } from '@/shared/ui/Panel';
import styles from './imports.module.css';
import { asksConsent, type Import, type Mapping, remap, samplesOf } from './model';
import { fieldName } from './words';

type Change = components['schemas']['IntakeChange'];

/** What each column means, and what the values do not say; every change is put in force at once. */
export function Columns({ data }: { data: Import }) {
  const [draft, setDraft] = useState(data.mapping);
  const cache = useQueryClient();
  const preview = $api.useQuery('get', '/v1/imports/{id}/preview', { params: { path: { id: data.id } } });
  const fields = $api.useQuery('get', '/v1/import-fields', { params: { query: { kind: data.kind } } });
  const put = $api.useMutation('put', '/v1/imports/{id}/mapping', { meta: { quiet: true } });

  const send = (body: Change) =>
    put.mutate(
      { params: { path: { id: data.id }, header: ifMatch(data.version) }, body },
      {
        onSuccess: (next) => {
          setDraft(next.mapping);
          void cache.invalidateQueries({ queryKey: ['get', '/v1/imports/{id}'] });
          void cache.invalidateQueries({ queryKey: ['get', '/v1/imports/{id}/preview'] });
        },
      },
    );
  const change = (mapping: Mapping) => {
    setDraft(mapping);
    send({ mapping });
  };
  const known = fields.data?.fields ?? [];
  return (
    <Panel title={t('imports.columns')} note={t('imports.columns.note')}>
      <Options
        mapping={draft}
        preset={data.preset}
        presets={fields.data?.presets ?? []}
        kind={data.kind}
        onPreset={(preset) => send({ preset })}
        onChange={change}
      />
      <Failure error={put.error} />
      <ul className={styles.columns}>
        {draft.columns.map((column, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place; two can have one name
          <li key={at}>
            <span className={styles.header}>
              <b title={column.header}>{column.header || t('imports.columns.nameless')}</b>
              <small>{samplesOf(preview.data, at).join(' · ') || '–'}</small>
            </span>
            <Select
              aria-label={t('imports.columns.means', { column: column.header })}
              value={column.field}
              showSearch={{ optionFilterProp: 'label' }}
              onChange={(field) => change(remap(draft, at, field))}
              options={[
                { value: '', label: t('imports.columns.ignored') },
                ...known.map(({ field }) => ({ value: field, label: fieldName(field) })),
              ]}
              {...(column.field === '' && { className: styles.ignored ?? '' })}
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

type OptionsProps = {
  mapping: Mapping;
  preset: string;
  presets: components['schemas']['IntakePreset'][];
  kind: Import['kind'];
  onPreset: (preset: string) => void;
  onChange: (mapping: Mapping) => void;
};

function Options({ mapping, preset, presets, kind, onPreset, onChange }: OptionsProps) {
  const shops = useSession().data?.shops ?? [];
  const { options } = mapping;
  const set = (part: Partial<Mapping['options']>) =>
    onChange({ ...mapping, options: { ...options, ...part } });
  return (
    <div className={styles.options}>
      {presets.length > 1 && (
        <div>
          <span className={styles.optionName}>{t('imports.option.preset')}</span>
          <Select
            aria-label={t('imports.option.preset')}
            value={preset}
            onChange={onPreset}
            options={presets.map(({ name, title }) => ({
              value: name,
              label: tMaybe(`imports.preset.${name}`) ?? title,
            }))}
          />
        </div>
      )}
      <div>
        <span className={styles.optionName}>{t('imports.option.dates')}</span>
        <Select
          aria-label={t('imports.option.dates')}
          value={options.date_order ?? ''}
          onChange={(date_order) => set({ date_order })}
          options={(['', 'mdy', 'dmy'] as const).map((order) => ({
            value: order,
            label: t(`imports.option.dates.${order || 'auto'}`),
          }))}
        />
      </div>
      <div>
        <span className={styles.optionName}>{t('imports.option.shop')}</span>
        <Select
          aria-label={t('imports.option.shop')}
          value={options.shop_code ?? ''}
          onChange={(shop_code) => set({ shop_code })}
          showSearch={{ optionFilterProp: 'label' }}
          options={[
            { value: '', label: t('imports.option.shop.file') },
            ...shops.map((shop) => ({ value: shop.code, label: shop.name })),
          ]}
        />
      </div>
      {kind !== 'products' && (
        <div>
          <span className={styles.optionName}>{t('imports.option.source')}</span>
          <Input
            aria-label={t('imports.option.source')}
            defaultValue={options.source}
            key={options.source}
            maxLength={64}
            onBlur={(event) =>
              event.target.value !== options.source && set({ source: event.target.value.trim() })
            }
          />
        </div>
      )}
      {asksConsent(mapping) && (
        <div className={styles.consent}>
          <span className={styles.optionName}>{t('imports.option.consent')}</span>
          <Input.TextArea
            aria-label={t('imports.option.consent')}
            defaultValue={options.consent_text ?? ''}
            rows={3}
            onBlur={(event) => set({ consent_text: event.target.value })}
          />
        </div>
      )}
    </div>
  );
}
