import { useState } from 'react';
import { useCan } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { Panel } from '@/shared/ui/Panel';
import { ConsentModal } from './ConsentModal';
import { byChannel, channels, once, type Place, stateAt } from './consent';
import styles from './profile.module.css';
import type { Profile } from './record';
import { word } from './words';

/** What she has agreed to, by channel and purpose. Each place opens to its text, its history and the next word. */
export function Consents({ profile }: { profile: Profile }) {
  const [place, setPlace] = useState<Place>();
  return (
    <Panel title={t('customers.consents')} note={t('customers.consents.law')}>
      <table className={styles.consents}>
        <thead>
          <tr>
            <th>
              <span className="visually-hidden">{t('customers.consent.channel')}</span>
            </th>
            {byChannel.map((purpose) => (
              <th key={purpose} scope="col">
                {word('purpose', purpose)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {channels.map((channel) => (
            <tr key={channel}>
              <th scope="row">{word('channel', channel)}</th>
              {byChannel.map((purpose) => (
                <td key={purpose}>
                  <Said profile={profile} place={{ purpose, channel }} onOpen={setPlace} />
                </td>
              ))}
            </tr>
          ))}
          {once.map((purpose) => (
            <tr key={purpose}>
              <th scope="row">{word('purpose', purpose)}</th>
              <td colSpan={2}>
                <Said profile={profile} place={{ purpose, channel: '' }} onOpen={setPlace} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {place && <ConsentModal profile={profile} place={place} onClose={() => setPlace(undefined)} />}
    </Panel>
  );
}

type SaidProps = { profile: Profile; place: Place; onOpen: (place: Place) => void };

function Said({ profile, place, onOpen }: SaidProps) {
  const mayRecord = useCan('consent.write');
  const state = stateAt(profile.consents, place);
  const words = state
    ? state.given
      ? t('customers.consent.given')
      : t('customers.consent.withdrawn')
    : t('customers.consent.silent');
  const tone = state ? (state.given ? styles.given : styles.withdrawn) : styles.silent;
  if (!state && !mayRecord) return <span className={tone}>{words}</span>;
  const where = [word('purpose', place.purpose), word('channel', place.channel)].filter(Boolean).join(' · ');
  return (
    <button
      type="button"
      className={`${styles.said} ${tone}`}
      aria-label={`${where}: ${words}`}
      onClick={() => onOpen(place)}
    >
      {words}
    </button>
  );
}
