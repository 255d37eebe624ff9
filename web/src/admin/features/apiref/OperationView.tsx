import { ArrowLeftOutlined, CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { t } from '@/shared/i18n/t';
import { permissionName } from '@/shared/permission';
import { Panel } from '@/shared/ui/Panel';
import { TagPill } from '@/shared/ui/TagPill';
import styles from './apiref.module.css';
import {
  curlOf,
  exampleOf,
  jsonSchemaOf,
  type Operation,
  type Parameter,
  type Reference,
  type Schema,
} from './model';
import { Method } from './OperationList';
import { FieldRow, SchemaTree } from './SchemaTree';

type Props = { reference: Reference; operation: Operation; onBack: () => void };

/** One operation: what it does, who may, what goes in, what comes out, and a command to try. */
export function OperationView({ reference, operation, onBack }: Props) {
  const { method, path, summary, description, parameters = [], requestBody, responses = {} } = operation;
  const permission = operation['x-permission'];
  const body = jsonSchemaOf(requestBody?.content);
  const mediaTypes = Object.keys(requestBody?.content ?? {});

  return (
    <Panel>
      <Button
        type="link"
        className={styles.back ?? ''}
        icon={<ArrowLeftOutlined aria-hidden />}
        onClick={onBack}
      >
        {t('apiref.basics')}
      </Button>
      <header className={styles.head}>
        <h2 className={styles.title}>
          <Method name={method} /> <code>{path}</code>
        </h2>
        <p>{summary}</p>
        {description && <p className={styles.note}>{description}</p>}
        <p className={styles.pills}>
          {permission && (
            <TagPill tone="brand" title={permission}>
              {permissionName(permission)} · {permission}
            </TagPill>
          )}
          <TagPill>{operation.id}</TagPill>
        </p>
      </header>

      {parameters.length > 0 && (
        <Section title={t('apiref.parameters')}>
          <ul className={styles.fields}>
            {parameters.map((parameter) => (
              <ParameterRow
                key={`${parameter.in} ${parameter.name}`}
                reference={reference}
                parameter={parameter}
              />
            ))}
          </ul>
        </Section>
      )}
      {requestBody && (
        <Section title={t('apiref.request')} note={mediaTypes.join(', ')}>
          {body && <SchemaTree reference={reference} schema={body} />}
        </Section>
      )}
      <Section title={t('apiref.try')} note={t('apiref.try.note')}>
        <Code text={curlOf(reference, operation, window.location.origin)} label={t('apiref.try')} />
      </Section>
      {Object.entries(responses).map(([status, answer]) => {
        const schema = jsonSchemaOf(answer.content);
        const types = Object.keys(answer.content ?? {});
        return (
          <Section
            key={status}
            title={status === 'default' ? t('apiref.problem') : t('apiref.response', { status })}
            note={types.join(', ')}
          >
            {schema ? (
              <Answer reference={reference} schema={schema} />
            ) : (
              <p className={styles.note}>{types.length > 0 ? t('apiref.stream') : t('apiref.nothing')}</p>
            )}
          </Section>
        );
      })}
    </Panel>
  );
}

function Section({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h3 className={styles.subtitle}>
        {title} {note && <small>{note}</small>}
      </h3>
      {children}
    </section>
  );
}

function ParameterRow({ reference, parameter }: { reference: Reference; parameter: Parameter }) {
  const { name, schema = {}, required = false, description } = parameter;
  return (
    <li>
      <FieldRow
        reference={reference}
        name={name}
        schema={{ ...schema, ...(description && { description }) }}
        required={required}
        place={parameter.in}
      />
    </li>
  );
}

/** The shape of an answer, or an example of it. */
function Answer({ reference, schema }: { reference: Reference; schema: Schema }) {
  const [example, setExample] = useState(false);
  return (
    <>
      <Button size="small" onClick={() => setExample(!example)} className={styles.swap ?? ''}>
        {example ? t('apiref.showShape') : t('apiref.showExample')}
      </Button>
      {example ? (
        <Code text={JSON.stringify(exampleOf(reference, schema), null, 2)} label={t('apiref.showExample')} />
      ) : (
        <SchemaTree reference={reference} schema={schema} />
      )}
    </>
  );
}

function Code({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = () => navigator.clipboard.writeText(text).then(() => setCopied(true));
  return (
    <div className={styles.code}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the page is scrolled by keys. */}
      <section aria-label={label} tabIndex={0}>
        <pre>{text}</pre>
      </section>
      {/* The clipboard is closed to plain http. */}
      {window.isSecureContext && (
        <Button
          size="small"
          type="text"
          icon={copied ? <CheckOutlined aria-hidden /> : <CopyOutlined aria-hidden />}
          onClick={copy}
          aria-label={copied ? t('common.copied') : t('common.copy')}
        />
      )}
    </div>
  );
}
