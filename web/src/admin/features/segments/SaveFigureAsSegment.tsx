import { useNavigate } from '@tanstack/react-router';
import { Button, Form, Radio } from 'antd';
import { useState } from 'react';
import { useCan } from '@/api/session';
import { dayText } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { FormModal } from '@/shared/ui/FormModal';
import { type CustomerFigure, type Cut, figureRule } from './figureRule';
import styles from './segments.module.css';
import { beginWith } from './start';

type Props = {
  name: string;
  figure: CustomerFigure;
  period: { from: string; to: string };
  /** How many days the period is, if it means the last ones. */
  lastDays?: number | undefined;
  cut: Cut;
};

type Choice = { days: 'moving' | 'fixed' };

/** Opens the editor of segments with the people behind a figure; asks first whether its days move along or stay. */
export function SaveFigureAsSegment({ name, figure, period, lastDays, cut }: Props) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const mayManage = useCan('segments.manage');
  if (!mayManage) return null;
  const open = async ({ days }: Choice) => {
    const of = days === 'moving' && lastDays ? { days: lastDays } : period;
    await navigate(beginWith(name, figureRule(figure, of, cut)));
  };
  const words = { from: dayText(period.from), to: dayText(period.to) };
  return (
    <>
      <Button size="small" onClick={() => setAsking(true)}>
        {t('segments.saveAs')}
      </Button>
      {asking && (
        <FormModal<Choice>
          title={t('segments.saveFigure', { name })}
          action={t('segments.saveFigure.go')}
          initial={{ days: lastDays ? 'moving' : 'fixed' }}
          send={open}
          onClose={() => setAsking(false)}
          unmarked
        >
          <Form.Item name="days" label={t('segments.saveFigure.days')}>
            <Radio.Group className={styles.whichDays ?? ''}>
              {lastDays && (
                <Radio value="moving">
                  {t('segments.saveFigure.moving', { days: lastDays })}
                  <small>{t('segments.saveFigure.moving.note')}</small>
                </Radio>
              )}
              <Radio value="fixed">
                {t('segments.saveFigure.fixed', words)}
                <small>{t('segments.saveFigure.fixed.note')}</small>
              </Radio>
            </Radio.Group>
          </Form.Item>
        </FormModal>
      )}
    </>
  );
}
