--  What Ada says of its data: records with variants, whose sizes are expressions,
--  subranges, arrays with bounds that only the program knows, fixed point.
package Shapes is
   type Color is (Red, Green, Blue);
   type Money is delta 0.01 range -10.0 .. 10.0;
   subtype Small is Integer range 1 .. 10;
   type Vector is array (Small range <>) of Float;
   type Byte is mod 256;

   type Shape (Length : Small; Kind : Color) is record
      Values : Vector (1 .. Length);
      case Kind is
         when Red   => Count : Integer;
         when Green => Price : Money;
         when Blue  => null;
      end case;
   end record;

   procedure Work (Item : in out Shape; Step : Byte);
end Shapes;
