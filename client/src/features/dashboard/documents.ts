import { graphql, type ResultOf } from "../../lib/graphql.ts";

export const DashboardFigures = graphql(`
  fragment DashboardFigures on Dashboard {
    asOf
    cashPosition { count amount { amount currency } }
    unreconciledCount
    unreconciledAmounts { amount currency }
    matchRate
    matchedCount
    countedForMatchRate
    openReceivables { count amount { amount currency } }
    openPayables { count amount { amount currency } }
    overdueReceivables { count amount { amount currency } }
  }
`);

export type Figures = ResultOf<typeof DashboardFigures>;

export const DashboardDocument = graphql(
  `query Dashboard {
    dashboard { ...DashboardFigures }
    bankConnections { id institutionName status nextStep }
    eventCursor
  }`,
  [DashboardFigures],
);

export const CashFlowDocument = graphql(`
  query CashFlow($currency: String!) {
    dashboard {
      cashFlow(currency: $currency, months: 12) {
        month
        moneyIn { amount currency }
        moneyOut { amount currency }
        net { amount currency }
      }
    }
  }
`);

export type CashFlowMonth = ResultOf<typeof CashFlowDocument>["dashboard"]["cashFlow"][number];

export const DashboardChangedDocument = graphql(
  `subscription DashboardChanged($after: Cursor) {
    dashboardChanged(after: $after) { cursor refetch dashboard { ...DashboardFigures } }
  }`,
  [DashboardFigures],
);
