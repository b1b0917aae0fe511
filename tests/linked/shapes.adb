package body Shapes is
   procedure Work (Item : in out Shape; Step : Byte) is
      Sums : Vector (1 .. Item.Length);
   begin
      for I in Sums'Range loop
         Sums (I) := Item.Values (I) + Float (Step);
      end loop;
      Item.Values := Sums;
   end Work;
end Shapes;
