import type { GoalMet } from '../conversions/conversions.ts';
import type { NewExperiment } from '../experiments/experiments.ts';

/** An experiment that the simulated shop runs, and what its visitors do without being told. */
export interface Template extends NewExperiment {
  page: string;
  goal: Pick<GoalMet, 'eventName' | 'goalType'> & { page: string };
  /** Share of the visitors who meet the goal, by variant. */
  rates: readonly number[];
}

export const SHOP_URL = 'https://shop.example.com';

/** One of each type of experiment; the second variant is the better one. */
export const TEMPLATES: readonly [Template, ...Template[]] = [
  {
    key: 'checkout-button',
    name: 'Colour of the checkout button',
    type: 'ab',
    variants: [
      { key: 'control', name: 'Grey button', weight: 50 },
      { key: 'green-button', name: 'Green button', weight: 50 },
    ],
    page: '/cart',
    goal: { eventName: 'purchase', goalType: 'revenue', page: '/thanks' },
    rates: [0.22, 0.34],
  },
  {
    key: 'pricing-page',
    name: 'New pricing page',
    type: 'split_url',
    variants: [
      { key: 'control', name: '/pricing', weight: 50 },
      { key: 'short', name: '/pricing-short', weight: 30 },
      { key: 'table', name: '/pricing-table', weight: 20 },
    ],
    page: '/pricing',
    goal: { eventName: 'trial_requested', goalType: 'form_submit', page: '/trial' },
    rates: [0.18, 0.3, 0.2],
  },
  {
    key: 'spring-landing',
    name: 'Landing page of the spring sale',
    type: 'redirect',
    variants: [
      { key: 'control', name: 'Home page', weight: 60 },
      { key: 'spring', name: 'Spring landing page', weight: 40 },
    ],
    page: '/',
    goal: { eventName: 'product_viewed', goalType: 'page_view', page: '/products/linen-shirt' },
    rates: [0.35, 0.5],
  },
  {
    key: 'new-search',
    name: 'Search with suggestions',
    type: 'feature_flag',
    variants: [
      { key: 'off', name: 'Off', weight: 90 },
      { key: 'on', name: 'On', weight: 10 },
    ],
    page: '/search',
    goal: { eventName: 'search_used', goalType: 'custom_event', page: '/search' },
    rates: [0, 0],
  },
];

export const REFERRERS = [
  'https://www.google.com/',
  'https://duckduckgo.com/',
  'https://news.example.org/spring-sale',
  'https://mail.example.net/',
] as const;

export const DEVICES = ['mobile', 'desktop', 'tablet'] as const;
/** How common each device is. */
export const DEVICE_SHARES = [58, 36, 6] as const;

export const PAUSE_REASONS = [
  'Broken layout on small screens',
  'Stock of the product ran out',
  'Waiting for the legal review',
] as const;

/** How often each score from 1 to 7 is given: most people manage, some do not. */
export const SCORE_SHARES = [3, 4, 6, 11, 22, 31, 23] as const;

/** What visitors write, by how it went for them. */
export const COMMENTS = {
  low: ['I could not find the delivery costs', 'The form lost my address', 'Too many steps to pay'],
  middle: ['It worked, but slowly', 'The coupon field was hard to find'],
  high: ['Paying was easy', 'Found it at once', 'Quick and clear, thank you', 'Super einfach 👍'],
} as const;
