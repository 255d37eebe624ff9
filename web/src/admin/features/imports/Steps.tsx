import { Steps } from 'antd';
import { t } from '@/shared/i18n/t';
import { useMediaQuery } from '@/shared/useMediaQuery';

/** Where the wizard stands. A phone has room for the name of the step at hand only. */
export function WizardSteps({ current }: { current: number }) {
  const narrow = useMediaQuery('(max-width: 640px)');
  const names = [
    t('imports.step.file'),
    t('imports.step.columns'),
    t('imports.step.trial'),
    t('imports.step.run'),
    t('imports.step.result'),
  ];
  if (narrow) {
    return (
      <p>{t('imports.step.of', { step: current + 1, steps: names.length, name: names[current] ?? '' })}</p>
    );
  }
  return <Steps size="small" current={current} items={names.map((title) => ({ title }))} />;
}
