import { CloseOutlined, CopyOutlined, DownOutlined, FilterOutlined, UpOutlined } from '@ant-design/icons';
import { Button, DatePicker, InputNumber, Select, type SelectProps } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { tagOptions } from '@/admin/features/customers/tagOptions';
import { $api } from '@/api/client';
import { nameIn, t } from '@/shared/i18n/t';
import {
  type Field,
  type Fields,
  fitting,
  type Op,
  opsOf,
  startOf,
  type Test,
  takesChoices,
  takesNumber,
} from './model';
import { Narrowing } from './Narrowing';
import styles from './segments.module.css';
import { groupName, opName, unitName } from './words';

type Props = {
  test: Test;
  fields: Fields;
  /** What the server says is wrong with it. */
  faults: string[];
  onChange: (test: Test) => void;
  onRemove: () => void;
  onCopy: () => void;
  onMove: (step: -1 | 1) => void;
};

/** One test in a line: what is looked at, how it is compared, with what; below it the span and what narrows it. */
export function TestRow({ test, fields, faults, onChange, onRemove, onCopy, onMove }: Props) {
  const [more, setMore] = useState(Boolean(test.within || test.where || test.without));
  const field = fields.fields.find(({ code }) => code === test.field);
  const narrows = field && (field.window || field.where || field.without);
  const op = test.op as Op;
  return (
    <div className={styles.test}>
      <div className={styles.testLine}>
        <FieldSelect fields={fields} value={test.field} onChange={(next) => onChange(startOf(next))} />
        {field && (
          <Select
            className={styles.op ?? ''}
            aria-label={t('segments.op')}
            value={op}
            options={opsOf(field).map((value) => ({ value, label: opName(value) }))}
            onChange={(next) => onChange(fitting({ ...test, op: next }, field))}
          />
        )}
        {field && takesNumber(field, op) && <Numbers field={field} test={test} onChange={onChange} />}
        {field && takesChoices(op) && (
          <Choices field={field} fields={fields} test={test} onChange={onChange} />
        )}
        {narrows && (
          <Button
            type="text"
            aria-expanded={more}
            icon={<FilterOutlined aria-hidden />}
            onClick={() => setMore(!more)}
          >
            {t('segments.narrow')}
          </Button>
        )}
        <span className={styles.testTools}>
          <Button
            type="text"
            aria-label={t('segments.moveUp')}
            icon={<UpOutlined />}
            onClick={() => onMove(-1)}
          />
          <Button
            type="text"
            aria-label={t('segments.moveDown')}
            icon={<DownOutlined />}
            onClick={() => onMove(1)}
          />
          <Button type="text" aria-label={t('segments.copy')} icon={<CopyOutlined />} onClick={onCopy} />
          <Button type="text" aria-label={t('segments.remove')} icon={<CloseOutlined />} onClick={onRemove} />
        </span>
      </div>
      {narrows && more && <Narrowing field={field} fields={fields} test={test} onChange={onChange} />}
      {faults.map((fault) => (
        <p key={fault} className={styles.fault} role="alert">
          {fault}
        </p>
      ))}
    </div>
  );
}

type FieldSelectProps = { fields: Fields; value: string | undefined; onChange: (field: Field) => void };

/** The fields by group, found by their names in either language. */
function FieldSelect({ fields, value, onChange }: FieldSelectProps) {
  const groups = [...new Set(fields.fields.map(({ group }) => group))];
  return (
    <Select
      className={styles.field ?? ''}
      aria-label={t('segments.field')}
      placeholder={t('segments.field.choose')}
      value={value}
      popupMatchSelectWidth={280}
      showSearch={{
        filterOption: (typed, option) =>
          option !== undefined &&
          'words' in option &&
          String(option.words).includes(typed.trim().toLowerCase()),
      }}
      options={groups.map((group) => ({
        label: groupName(group),
        options: fields.fields
          .filter((field) => field.group === group)
          .map((field) => ({
            value: field.code,
            label: nameIn(field),
            words: `${field.name} ${field.name_en} ${field.code}`.toLowerCase(),
          })),
      }))}
      onChange={(code: string) => {
        const field = fields.fields.find((one) => one.code === code);
        if (field) onChange(field);
      }}
    />
  );
}

type ValueProps = { field: Field; test: Test; onChange: (test: Test) => void };

function Numbers({ field, test, onChange }: ValueProps) {
  const scale = field.unit === 'fen' ? 100 : 1;
  const input = (name: 'number' | 'up_to') => (
    <InputNumber
      className={styles.number ?? ''}
      aria-label={t(name === 'number' ? 'segments.value' : 'segments.upTo')}
      value={(test[name] ?? 0) / scale}
      min={field.group === 'attributes' || field.code === 'due.days' ? -1_000_000_000 : 0}
      precision={field.unit === 'percent' || field.group === 'attributes' ? 1 : field.unit === 'fen' ? 2 : 0}
      suffix={unitName(field)}
      onChange={(next) => onChange({ ...test, [name]: Math.round(Number(next ?? 0) * scale * 1000) / 1000 })}
    />
  );
  return (
    <>
      {input('number')}
      {test.op === 'between' && (
        <>
          <span aria-hidden="true">–</span>
          {input('up_to')}
        </>
      )}
    </>
  );
}

function Choices({ field, fields, test, onChange }: ValueProps & { fields: Fields }) {
  const choices = test.choices ?? [];
  const names = Object.entries((field.refers && fields.names[field.refers]) ?? {});
  const tags = $api.useQuery('get', '/v1/tags', undefined, { enabled: field.refers === 'tag' });
  if (field.kind === 'day') {
    const [day] = choices;
    return (
      <DatePicker
        aria-label={t('segments.value')}
        value={day ? dayjs(day) : null}
        onChange={(next) => onChange({ ...test, choices: next ? [next.format('YYYY-MM-DD')] : [] })}
      />
    );
  }
  let options: SelectProps['options'] = (field.options ?? []).map((option) => ({
    value: option.code,
    label: nameIn(option),
  }));
  if (field.refers === 'tag' && tags.data) options = tagOptions(tags.data.items, choices);
  else if (field.refers) options = names.map(([value, label]) => ({ value, label }));
  return (
    <Select
      className={styles.choices ?? ''}
      aria-label={t('segments.choices')}
      placeholder={t('segments.choices.choose')}
      mode={field.kind === 'text' ? 'tags' : 'multiple'}
      value={choices}
      options={options}
      optionFilterProp="label"
      maxTagCount="responsive"
      onChange={(next: string[]) => onChange({ ...test, choices: next })}
    />
  );
}
