import '@/shared/theme/base.css';
import { createRoot } from 'react-dom/client';
import { preferredLanguage, showLanguage } from '@/shared/i18n/t';
import { giveNonceToStyles } from '@/shared/theme/nonce';
import { App } from './App';

async function start(): Promise<void> {
  giveNonceToStyles();
  await showLanguage(preferredLanguage());
  const root = document.getElementById('root');
  if (root) createRoot(root).render(<App />);
}

void start();
