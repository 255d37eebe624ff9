import { useLocation, useRouter } from '@tanstack/react-router';
import { Button } from 'antd';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useSession } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { endTour, goTo, leaveTour, type TourState, useTour } from './state';
import { stations } from './stations';
import styles from './tour.module.css';
import { useLit } from './useLit';

/** Shows the demo around: a card that says a sentence or two, and a light on what it speaks of. */
export function Tour() {
  const tour = useTour();
  const { data: session } = useSession();
  if (!tour?.open || !session?.demo || session.staff?.role !== tour.role) return null;
  return <Card key={tour.role} tour={tour} />;
}

function Card({ tour: { role, at } }: { tour: TourState }) {
  const all = stations[role];
  const place = Math.min(at, all.length - 1);
  const station = all[place] as (typeof all)[number];
  const last = place === all.length - 1;
  const id = useId();
  const card = useRef<HTMLDivElement>(null);
  const arrived = useWay(role, place);
  const lit = useLit(arrived ? station.find : undefined);

  // Who goes on with the keyboard stays in the card, wherever the page puts the focus.
  useEffect(() => {
    if (arrived) card.current?.focus({ preventScroll: true });
  }, [arrived]);

  const keys = ({ key }: KeyboardEvent) => {
    if (key === 'Escape') leaveTour();
    if (key === 'ArrowRight' && !last) goTo(place + 1);
    if (key === 'ArrowLeft' && place > 0) goTo(place - 1);
  };

  return (
    <>
      {lit && <div className={styles.light} style={lit.box} aria-hidden />}
      <div
        ref={card}
        role="dialog"
        aria-labelledby={id}
        aria-describedby={`${id}-text`}
        tabIndex={-1}
        className={`${styles.card} ${lit?.low ? styles.top : ''}`}
        onKeyDown={keys}
      >
        <p className={styles.step}>
          <span className="visually-hidden">{t('demo.tour.label', { at: place + 1, of: all.length })}</span>
          <span aria-hidden>{t('demo.tour.step', { at: place + 1, of: all.length })}</span>
        </p>
        <h2 id={id} className={styles.title}>
          {t(station.title)}
        </h2>
        <p id={`${id}-text`}>{t(station.text)}</p>
        <div className={styles.acts}>
          <Button type="link" size="small" className={styles.skip ?? ''} onClick={leaveTour}>
            {t('demo.tour.skip')}
          </Button>
          {place > 0 && <Button onClick={() => goTo(place - 1)}>{t('demo.tour.back')}</Button>}
          <Button type="primary" onClick={() => (last ? endTour() : goTo(place + 1))}>
            {t(last ? 'demo.tour.done' : 'demo.tour.next')}
          </Button>
        </div>
      </div>
    </>
  );
}

/** Goes to the page of a station, and past a station that has none. Says which station the page is at. */
function useWay(role: TourState['role'], place: number): boolean {
  const router = useRouter();
  const { pathname } = useLocation();
  const [arrived, setArrived] = useState<string>();
  const before = useRef(0);
  const name = `${role}:${place}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it goes once, however the page changes afterwards.
  useEffect(() => {
    let given = false;
    const back = place < before.current;
    before.current = place;
    const has = (path: string) => path in router.routesByPath;
    const look = stations[role][place]?.way(has).catch(() => undefined);
    void look?.then(async (way) => {
      if (given) return;
      if (!way) return goTo(back && place > 0 ? place - 1 : place + 1);
      if (way !== router.state.location.href) await router.navigate({ href: way });
      if (!given) setArrived(name);
    });
    return () => {
      given = true;
    };
  }, [role, place]);
  return arrived === name && pathname !== '';
}
