import { InboxOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button, Segmented, Upload } from 'antd';
import { useCallback, useEffect, useRef } from 'react';
import { api } from '@/api/client';
import { shopNow } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { Failure } from '@/shared/ui/Failure';
import { Panel } from '@/shared/ui/Panel';
import styles from './imports.module.css';
import { type Kind, kinds, sampleFile } from './model';
import { WizardSteps } from './Steps';

type Props = {
  kind: Kind;
  /** Sends the example data at once. */
  sample: boolean;
  onKind: (kind: Kind) => void;
  onUploaded: (id: string) => void;
};

/** What the file holds, and the file. */
export function UploadStep({ kind, sample, onKind, onUploaded }: Props) {
  const send = useMutation({
    meta: { quiet: true },
    mutationFn: async ({ file, of }: { file: File; of: Kind }) => {
      const { data } = await api.POST('/v1/imports', {
        body: { file: '', kind: of },
        bodySerializer: () => formOf(file, of),
      });
      return data;
    },
    onSuccess: (made) => made && onUploaded(made.id),
  });
  const { mutate } = send;
  const sendSample = useCallback(() => {
    const text = sampleFile(new Date(shopNow()).toISOString().slice(0, 10));
    mutate({ file: new File([text], t('imports.sample.file'), { type: 'text/csv' }), of: 'orders' });
  }, [mutate]);

  const sent = useRef(false);
  useEffect(() => {
    if (!sample || sent.current) return;
    sent.current = true;
    sendSample();
  }, [sample, sendSample]);

  return (
    <Panel>
      <div className={styles.wizard}>
        <WizardSteps current={0} />
        <Segmented
          aria-label={t('imports.kind')}
          value={kind}
          onChange={onKind}
          options={kinds.map((one) => ({ value: one, label: t(`imports.kind.${one}`) }))}
        />
        <p className={styles.note}>{t(`imports.kind.${kind}.hint`)}</p>
        <Upload.Dragger
          accept=".csv,.tsv,.txt,.xlsx,.gz"
          multiple={false}
          showUploadList={false}
          disabled={send.isPending}
          beforeUpload={(file) => {
            mutate({ file, of: kind });
            return false;
          }}
        >
          <p className={styles.dropIcon}>
            <InboxOutlined aria-hidden />
          </p>
          <p className={styles.dropTitle}>{send.isPending ? t('imports.sending') : t('imports.drop')}</p>
          <p className={styles.note}>{t('imports.drop.hint')}</p>
        </Upload.Dragger>
        <Failure error={send.error} />
        {kind === 'orders' && (
          <Button type="link" disabled={send.isPending} onClick={sendSample}>
            {t('imports.sample')}
          </Button>
        )}
      </div>
    </Panel>
  );
}

function formOf(file: File, kind: Kind): FormData {
  const form = new FormData();
  form.set('kind', kind);
  form.set('file', file, file.name);
  return form;
}
