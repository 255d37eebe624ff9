import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { $api } from '@/api/client';

const lookAgainMs = 700;
const showAgainMs = 3_000;

/**
 * The clock of the demo. While time passes it is asked again and again, and what the pages show is fetched anew now
 * and then, and once more in the end.
 */
export function useClock() {
  const cache = useQueryClient();
  const clock = $api.useQuery(
    'get',
    '/v1/clock',
    {},
    { refetchInterval: ({ state }) => (state.data?.life?.moving ? lookAgainMs : false) },
  );
  const moving = clock.data?.life?.moving ?? false;
  const until = clock.data?.life?.told.until;
  const seen = useRef({ moving, until, at: 0 });
  useEffect(() => {
    const { moving: moved, until: before, at } = seen.current;
    const ended = moved && !moving;
    if (!ended && (until === before || Date.now() - at < showAgainMs)) {
      seen.current.moving = moving;
      return;
    }
    const first = before === undefined;
    seen.current = { moving, until, at: Date.now() };
    if (!first) void cache.invalidateQueries();
  }, [cache, moving, until]);
  return clock;
}
