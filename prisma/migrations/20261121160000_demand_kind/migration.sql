-- A service-charge demand can be settled as an invoice is. Alone, because a new value of an enum can be used only
-- once its transaction has ended.
ALTER TYPE "open_item_kind" ADD VALUE 'demand';
