import '@/shared/theme/base.css';
import { createRoot } from 'react-dom/client';
import { preferredLanguage, showLanguage } from '@/shared/i18n/t';
import { App } from './App';

async function start(): Promise<void> {
  await showLanguage(preferredLanguage());
  const root = document.getElementById('root');
  if (root) createRoot(root).render(<App />);
}

void start();
