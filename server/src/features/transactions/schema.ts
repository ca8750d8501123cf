/** Everything that the API has of bank transactions, one file for each noun. */
import "./schema/bank-transaction.ts";
import "./schema/category.ts";
import "./schema/list.ts";
