import { CaretRightOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { t } from '@/shared/i18n/t';
import styles from './apiref.module.css';
import { fieldsOf, limitsOf, type Reference, resolve, type Schema, typeText } from './model';

type TreeProps = { reference: Reference; schema: Schema };

/** The fields of an object, one under the other; what is inside of them opens by a click. */
export function SchemaTree({ reference, schema }: TreeProps) {
  const fields = fieldsOf(reference, schema);
  if (fields.length === 0) return <p className={styles.note}>{typeText(reference, schema)}</p>;
  return (
    <ul className={styles.fields}>
      {fields.map((field) => (
        <li key={field.name}>
          <FieldRow reference={reference} {...field} />
        </li>
      ))}
    </ul>
  );
}

type RowProps = TreeProps & { name: string; required: boolean; place?: string };

/** One field: name, type, limits, what it means. */
export function FieldRow({ reference, name, schema, required, place }: RowProps) {
  const [open, setOpen] = useState(false);
  const inner = fieldsOf(reference, schema).length > 0;
  const { schema: own } = resolve(reference, schema);
  const description = schema.description ?? own.description;
  const choices = own.enum ?? own.items?.enum;
  const [example] = own.examples ?? [];

  const head = (
    <>
      <code className={styles.name}>{name}</code>
      <span className={styles.type}>{typeText(reference, schema)}</span>
      {place && <span className={styles.place}>{place}</span>}
      {required && <span className={styles.required}>{t('apiref.required')}</span>}
    </>
  );
  return (
    <>
      {inner ? (
        <button type="button" className={styles.row} aria-expanded={open} onClick={() => setOpen(!open)}>
          <CaretRightOutlined aria-hidden className={styles.caret ?? ''} />
          {head}
        </button>
      ) : (
        <div className={styles.row}>{head}</div>
      )}
      <div className={styles.about}>
        {description && <p>{description}</p>}
        {limitsOf(own).map(({ of, text }) => (
          <p key={of} className={styles.note}>
            {t(`apiref.limit.${of}`)} {text}
          </p>
        ))}
        {choices && (
          <p className={styles.choices}>
            {choices.map((choice) => (
              <code key={String(choice)}>{String(choice)}</code>
            ))}
          </p>
        )}
        {example !== undefined && typeof example !== 'object' && (
          <p className={styles.note}>
            {t('apiref.example')} <code>{String(example)}</code>
          </p>
        )}
      </div>
      {open && (
        <div className={styles.inner}>
          <SchemaTree reference={reference} schema={schema} />
        </div>
      )}
    </>
  );
}
