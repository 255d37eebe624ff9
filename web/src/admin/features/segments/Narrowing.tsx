import { DatePicker, InputNumber, Select } from 'antd';
import dayjs from 'dayjs';
import { nameIn, t } from '@/shared/i18n/t';
import type { Field, Fields, Test, Where, Window } from './model';
import styles from './segments.module.css';

type Props = { field: Field; fields: Fields; test: Test; onChange: (test: Test) => void };

type Lists = Exclude<keyof Where, 'min_fen' | 'max_fen'>;

/** When it happened, which orders or events count, and what must not have followed. */
export function Narrowing({ field, fields, test, onChange }: Props) {
  const set = (change: Partial<Test>) => onChange(clean({ ...test, ...change }));
  const where = test.where ?? {};
  const setWhere = (change: Partial<Where>) => set({ where: { ...where, ...change } });
  const lists = (field.where ?? []).filter((name): name is Lists => !name.endsWith('_fen'));
  return (
    <div className={styles.narrowing}>
      {field.window && (
        <WindowPicker
          value={test.within}
          ways={ways.filter((way) => way !== 'hours' || field.code !== 'stage_moves')}
          onChange={(within) => set({ within } as Partial<Test>)}
        />
      )}
      {lists.map((name) => (
        <fieldset key={name} className={styles.narrow}>
          <legend>{t(`segments.where.${name}`)}</legend>
          <Select
            aria-label={t(`segments.where.${name}`)}
            mode={name === 'products' || name === 'channels' ? 'tags' : 'multiple'}
            value={where[name] ?? []}
            options={optionsOf(name, fields)}
            optionFilterProp="label"
            maxTagCount="responsive"
            placeholder={t('segments.where.any')}
            onChange={(next: string[]) => setWhere({ [name]: next })}
          />
        </fieldset>
      ))}
      {field.where?.includes('min_fen') && (
        <fieldset className={styles.narrow}>
          <legend>{t('segments.where.amount')}</legend>
          <Yuan
            label={t('segments.where.least')}
            fen={where.min_fen}
            onChange={(min_fen) => setWhere({ min_fen })}
          />
          <span aria-hidden="true">–</span>
          <Yuan
            label={t('segments.where.most')}
            fen={where.max_fen}
            onChange={(max_fen) => setWhere({ max_fen })}
          />
        </fieldset>
      )}
      {field.without && <Absence fields={fields} test={test} set={set} />}
    </div>
  );
}

function Yuan({
  label,
  fen,
  onChange,
}: {
  label: string;
  fen: number | undefined;
  onChange: (fen: number) => void;
}) {
  return (
    <InputNumber
      aria-label={label}
      placeholder={label}
      min={0}
      precision={2}
      value={fen ? fen / 100 : null}
      suffix={t('segments.unit.fen')}
      onChange={(next) => onChange(Math.round(Number(next ?? 0) * 100))}
    />
  );
}

const ways = ['ever', 'days', 'between', 'hours', 'dates'] as const;
type Way = (typeof ways)[number];

const wayOf = (window: Window | undefined): Way => {
  if (!window) return 'ever';
  if (window.hours) return 'hours';
  if (window.days) return window.before ? 'between' : 'days';
  return 'dates';
};

type WindowProps = {
  value: Window | undefined;
  /** The ways to give a span; the log of stages knows no hours. */
  ways: Way[];
  onChange: (window: Window | undefined) => void;
};

function WindowPicker({ value, ways, onChange }: WindowProps) {
  const way = wayOf(value);
  const starts: Record<Way, Window | undefined> = {
    ever: undefined,
    days: { days: value?.days ?? 30 },
    between: { days: Math.max(value?.days ?? 60, 2), before: 1 },
    hours: { hours: 24 },
    dates: { from: dayjs().format('YYYY-MM-DD') },
  };
  const number = (name: 'days' | 'before' | 'hours', label: string) => (
    <InputNumber
      aria-label={label}
      min={1}
      max={name === 'hours' ? 8760 : 36_500}
      precision={0}
      value={value?.[name] ?? 1}
      onChange={(next) => onChange({ ...value, [name]: Number(next ?? 1) })}
    />
  );
  return (
    <fieldset className={styles.narrow}>
      <legend>{t('segments.within')}</legend>
      <Select
        aria-label={t('segments.within')}
        value={way}
        options={ways.map((one) => ({
          value: one,
          label: t(`segments.within.${one}`),
        }))}
        onChange={(next) => onChange(starts[next])}
      />
      {(way === 'days' || way === 'between') && number('days', t('segments.within.days'))}
      {way === 'between' && (
        <>
          <span aria-hidden="true">–</span>
          {number('before', t('segments.within.before'))}
        </>
      )}
      {way === 'hours' && number('hours', t('segments.within.hours'))}
      {way === 'dates' && (
        <DatePicker.RangePicker
          allowEmpty
          value={[value?.from ? dayjs(value.from) : null, value?.to ? dayjs(value.to) : null]}
          onChange={(days) => {
            const [from, to] = (days ?? []).map((day) => day?.format('YYYY-MM-DD'));
            onChange(from || to ? { ...(from && { from }), ...(to && { to }) } : undefined);
          }}
        />
      )}
    </fieldset>
  );
}

type AbsenceProps = { fields: Fields; test: Test; set: (change: Partial<Test>) => void };

function Absence({ fields, test, set }: AbsenceProps) {
  const followers = fields.fields.filter(({ without }) => without);
  const { without } = test;
  return (
    <fieldset className={styles.narrow}>
      <legend>{t('segments.without')}</legend>
      <Select
        aria-label={t('segments.without')}
        allowClear
        placeholder={t('segments.without.none')}
        value={without?.field}
        options={followers.map((field) => ({ value: field.code, label: nameIn(field) }))}
        onChange={(field: string | undefined) =>
          set({
            without: field ? { ...without, field, hours: without?.hours ?? 24 } : undefined,
          } as Partial<Test>)
        }
      />
      {without && (
        <InputNumber
          aria-label={t('segments.without.hours')}
          min={1}
          max={8760}
          precision={0}
          value={without.hours}
          suffix={t('segments.unit.hours')}
          onChange={(hours) => set({ without: { ...without, hours: Number(hours ?? 1) } })}
        />
      )}
    </fieldset>
  );
}

function optionsOf(name: Lists, fields: Fields) {
  const references = { shops: 'shop', clerks: 'clerk', reasons: 'reason' } as const;
  if (name === 'shops' || name === 'clerks' || name === 'reasons') {
    return Object.entries(fields.names[references[name]] ?? {}).map(([value, label]) => ({ value, label }));
  }
  if (name === 'products') return [];
  if (name === 'from_stages' || name === 'to_stages') {
    const stage = fields.fields.find(({ code }) => code === 'stage');
    return (stage?.options ?? []).map((option) => ({ value: option.code, label: nameIn(option) }));
  }
  return fields[name].map((value) => ({ value, label: value }));
}

/** The test without what is empty. */
function clean(test: Test): Test {
  const { within, where, without, ...rest } = test;
  const kept = Object.entries(where ?? {}).filter(([, value]) =>
    Array.isArray(value) ? value.length > 0 : value,
  );
  return {
    ...rest,
    ...(within && { within }),
    ...(kept.length > 0 && { where: Object.fromEntries(kept) }),
    ...(without && { without }),
  };
}
